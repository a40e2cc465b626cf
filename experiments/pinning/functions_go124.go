//go:build go1.24

package main

import "strings"

// first is the first of what a range goes through.
func first(all func(func(string) bool)) string {
	for text := range all {
		return text
	}
	return ""
}

func init() {
	later = []function{
		{"strings.SplitSeq", func(i int) string { return first(strings.SplitSeq(words(i), " ")) }},
		{"strings.SplitAfterSeq", func(i int) string { return first(strings.SplitAfterSeq(words(i), " ")) }},
		{"strings.FieldsSeq", func(i int) string { return first(strings.FieldsSeq(words(i))) }},
		{"strings.FieldsFuncSeq", func(i int) string { return first(strings.FieldsFuncSeq(words(i), isSpace)) }},
		{"strings.Lines", func(i int) string {
			return first(strings.Lines(strings.Replace(words(i), " ", "\n", 1)))
		}},
	}
}
