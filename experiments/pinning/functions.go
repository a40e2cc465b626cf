package main

import (
	"bytes"
	"fmt"
	"html"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	digits = regexp.MustCompile(`\d+`)
	filler = strings.Repeat("X", size-9)
)

// Texts of 4096 bytes with a number of 8 digits at either end; no function called below finds anything to change.
func front(i int) string { return fmt.Sprintf("%08dX", i) + filler }
func words(i int) string { return fmt.Sprintf("%08d ", i) + filler }
func back(i int) string  { return filler + fmt.Sprintf("/%08d", i) }

func isX(r rune) bool     { return r == 'X' }
func isSpace(r rune) bool { return unicode.IsSpace(r) }

// A function of the standard library, in a call of which the number is cut from one of the texts.
type function struct {
	name string
	cut  func(i int) string
}

func host(i int) string {
	found, _, err := net.SplitHostPort(fmt.Sprintf("%08d:", i) + filler)
	check(err)
	return found
}

func unescaped(decode func(string) (string, error)) func(int) string {
	return func(i int) string {
		text, err := decode(front(i))
		check(err)
		return text[:8]
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// later are functions that came after Go 1.21.
var later []function

var functions = []function{
	{"strings.Cut", func(i int) string {
		found, _, _ := strings.Cut(words(i), " ")
		return found
	}},
	{"strings.Split", func(i int) string { return strings.Split(words(i), " ")[0] }},
	{"strings.SplitN", func(i int) string { return strings.SplitN(words(i), " ", 2)[0] }},
	{"strings.SplitAfter", func(i int) string { return strings.SplitAfter(words(i), " ")[0] }},
	{"strings.SplitAfterN", func(i int) string { return strings.SplitAfterN(words(i), " ", 2)[0] }},
	{"strings.Fields", func(i int) string { return strings.Fields(words(i))[0] }},
	{"strings.FieldsFunc", func(i int) string { return strings.FieldsFunc(words(i), isSpace)[0] }},
	{"path.Base", func(i int) string { return path.Base(back(i)) }},
	{"path.Ext", func(i int) string { return path.Ext(filler + fmt.Sprintf(".%08d", i)) }},
	{"filepath.Base", func(i int) string { return filepath.Base(back(i)) }},
	{"filepath.Ext", func(i int) string { return filepath.Ext(filler + fmt.Sprintf(".%08d", i)) }},
	{"net.SplitHostPort", host},
	{"Regexp.FindString", func(i int) string { return digits.FindString(front(i)) }},
	{"Regexp.FindStringSubmatch", func(i int) string { return digits.FindStringSubmatch(front(i))[0] }},
	{"Regexp.FindAllString", func(i int) string { return digits.FindAllString(front(i), -1)[0] }},
	{"Regexp.FindAllStringSubmatch", func(i int) string { return digits.FindAllStringSubmatch(front(i), -1)[0][0] }},

	{"strings.Trim", func(i int) string { return strings.Trim(front(i), "X") }},
	{"strings.TrimSpace", func(i int) string { return strings.TrimSpace(front(i))[:8] }},
	{"strings.TrimLeft", func(i int) string { return strings.TrimLeft(back(i), "X/") }},
	{"strings.TrimRight", func(i int) string { return strings.TrimRight(front(i), "X") }},
	{"strings.TrimFunc", func(i int) string { return strings.TrimFunc(front(i), isX) }},
	{"strings.TrimLeftFunc", func(i int) string { return strings.TrimLeftFunc(back(i), isX) }},
	{"strings.TrimRightFunc", func(i int) string { return strings.TrimRightFunc(front(i), isX) }},
	{"strings.TrimPrefix", func(i int) string { return strings.TrimPrefix(back(i), filler) }},
	{"strings.TrimSuffix", func(i int) string { return strings.TrimSuffix(front(i), filler) }},
	{"strings.CutPrefix", func(i int) string {
		found, _ := strings.CutPrefix(back(i), filler)
		return found
	}},
	{"strings.CutSuffix", func(i int) string {
		found, _ := strings.CutSuffix(front(i), filler)
		return found
	}},

	{"strings.ToLower, nothing to change", func(i int) string { return strings.ToLower(line(i))[:8] }},
	{"strings.ToUpper, nothing to change", func(i int) string { return strings.ToUpper(front(i))[:8] }},
	{"strings.Title, nothing to change", func(i int) string { return strings.Title(front(i))[:8] }},
	{"strings.ToTitle, nothing to change", func(i int) string { return strings.ToTitle(front(i))[:8] }},
	{"strings.Replace, nothing to change", func(i int) string { return strings.Replace(front(i), "-", "", 1)[:8] }},
	{"strings.ReplaceAll, nothing to change", func(i int) string { return strings.ReplaceAll(front(i), "-", "")[:8] }},
	{"strings.ToValidUTF8, nothing to change", func(i int) string { return strings.ToValidUTF8(front(i), "")[:8] }},
	{"strconv.Unquote, nothing to change", func(i int) string {
		text, err := strconv.Unquote("`" + front(i) + "`")
		check(err)
		return text[:8]
	}},
	{"url.QueryUnescape, nothing to change", unescaped(url.QueryUnescape)},
	{"url.PathUnescape, nothing to change", unescaped(url.PathUnescape)},
	{"url.QueryEscape, nothing to change", func(i int) string { return url.QueryEscape(front(i))[:8] }},
	{"url.PathEscape, nothing to change", func(i int) string { return url.PathEscape(front(i))[:8] }},
	{"html.UnescapeString, nothing to change", func(i int) string { return html.UnescapeString(front(i))[:8] }},
	{"html.EscapeString, nothing to change", func(i int) string { return html.EscapeString(front(i))[:8] }},
	{"path.Clean, nothing to change", func(i int) string { return path.Clean(front(i))[:8] }},
	{"filepath.Clean, nothing to change", func(i int) string { return filepath.Clean(front(i))[:8] }},
}

// A byteFunction is the same of functions of the package bytes and their kin.
type byteFunction struct {
	name string
	cut  func([]byte) []byte
}

var (
	space, filling = []byte(" "), []byte(filler)
	byteFunctions  = []byteFunction{
		{"bytes.Cut", func(b []byte) []byte {
			found, _, _ := bytes.Cut(b, space)
			return found
		}},
		{"bytes.Split", func(b []byte) []byte { return bytes.Split(b, space)[0] }},
		{"bytes.SplitN", func(b []byte) []byte { return bytes.SplitN(b, space, 2)[0] }},
		{"bytes.SplitAfter", func(b []byte) []byte { return bytes.SplitAfter(b, space)[0] }},
		{"bytes.SplitAfterN", func(b []byte) []byte { return bytes.SplitAfterN(b, space, 2)[0] }},
		{"bytes.Fields", func(b []byte) []byte { return bytes.Fields(b)[0] }},
		{"bytes.FieldsFunc", func(b []byte) []byte { return bytes.FieldsFunc(b, isSpace)[0] }},
		{"Regexp.FindSubmatch", func(b []byte) []byte { return digits.FindSubmatch(b)[0] }},
		{"Regexp.FindAllSubmatch", func(b []byte) []byte { return digits.FindAllSubmatch(b, -1)[0][0] }},
		{"bytes.Trim", func(b []byte) []byte { return bytes.Trim(b, " X") }},
		{"bytes.TrimSpace", func(b []byte) []byte { return bytes.TrimSpace(b)[:8] }},
		{"bytes.TrimRight", func(b []byte) []byte { return bytes.TrimRight(b, " X") }},
		{"bytes.TrimSuffix", func(b []byte) []byte { return bytes.TrimSuffix(b, filling) }},
		{"bytes.CutSuffix", func(b []byte) []byte {
			found, _ := bytes.CutSuffix(b, filling)
			return found
		}},
	}
)
