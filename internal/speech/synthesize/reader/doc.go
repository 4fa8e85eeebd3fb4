// Package reader turns written English into the phonemes that the Hibari voice was trained on. It works in three
// steps, each a pure function of its tables: Say (say*.go) writes numbers, dates, money, codes and abbreviations out
// as the words that people say; the tagger names each word's part of speech; the lexicon gives its phonemes, with a
// small network, reached through Guess, for words that it does not hold.
//
// Every phoneme stays tied to the written word that it came from, so that the spoken sound can be cut at a word.
//
// The rules for stems, stress and weak forms follow misaki 0.9.4 (hexgrad, Apache-2.0), whose lexicon is used; the
// tagger's features follow the hibari-tts package (Apache-2.0), whose weights are used.
package reader
