// Package words lets a chat model find the words for what the customer's mind has decided to say: it asks, hands clauses
// out as they come and have been checked, tries once more, gives up in time, leaves a failing server alone for a while and
// keeps count of what a call costs. What is asked and what may be said is settled in customer; which server, in the adapter.
package words
