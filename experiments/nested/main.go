// Command nested compares three levels of maps with one map under a composed key, and with a slice.
//
// All hold the same 100,000 triples (two strings and a number); the strings lie in one buffer and are not counted.
package main

import (
	"fmt"
	"runtime"
	"strconv"

	"example.com/experiments/measure"
)

type triple struct {
	user, repo string
	commit     int64
}

// A shape is how many repos each user has, and how many commits each repo.
type shape struct{ users, repos, commits int }

func (s shape) triples() []triple {
	users, repos := measure.Keys(s.users), measure.Keys(s.repos)
	all := make([]triple, 0, s.users*s.repos*s.commits)
	for _, u := range users {
		for _, r := range repos {
			for c := 0; c < s.commits; c++ {
				all = append(all, triple{u, r, int64(c)})
			}
		}
	}
	return all
}

func inMaps(all []triple) any {
	m := map[string]map[string]map[int64]struct{}{}
	for _, t := range all {
		repos := m[t.user]
		if repos == nil {
			repos = map[string]map[int64]struct{}{}
			m[t.user] = repos
		}
		commits := repos[t.repo]
		if commits == nil {
			commits = map[int64]struct{}{}
			repos[t.repo] = commits
		}
		commits[t.commit] = struct{}{}
	}
	return m
}

func underStructs(all []triple) any {
	m := map[triple]struct{}{}
	for _, t := range all {
		m[t] = struct{}{}
	}
	return m
}

func underArrays(all []triple, numbers []string) any {
	m := map[[3]string]struct{}{}
	for _, t := range all {
		m[[3]string{t.user, t.repo, numbers[t.commit]}] = struct{}{}
	}
	return m
}

func underText(all []triple) any {
	m := map[string]struct{}{}
	for _, t := range all {
		m[t.user+"/"+t.repo+"/"+strconv.FormatInt(t.commit, 10)] = struct{}{}
	}
	return m
}

func main() {
	shapes := []shape{
		{100, 100, 10}, {1, 1, 100_000}, {10, 10, 1000}, {1000, 20, 5}, {1000, 25, 4}, {1000, 33, 3}, {1000, 50, 2},
		{1000, 100, 1}, {100_000, 1, 1},
	}
	for _, s := range shapes {
		all := s.triples()
		numbers := measure.Keys(s.commits)
		show := func(way string, build func() any) {
			what := fmt.Sprintf("%d x %d x %d: %s, per triple", s.users, s.repos, s.commits, way)
			measure.Each(what, measure.Kept(build), len(all))
		}
		show("three levels of maps", func() any { return inMaps(all) })
		show("a struct as key", func() any { return underStructs(all) })
		show("[3]string as key", func() any { return underArrays(all, numbers) })
		show("a joined string as key", func() any { return underText(all) })
		show("a slice", func() any { return append([]triple(nil), all...) })
		runtime.KeepAlive(all)
		runtime.KeepAlive(numbers)
	}
}
