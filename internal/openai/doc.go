// Package openai reaches any server of the OpenAI chat format, Azure's address form among them. It sends what it is given
// and tells faults apart; prompts, checks and budgets belong to its callers.
package openai
