package main

import "sync"

// clearAll is Clear, where the version has it.
var clearAll func(*sync.Map)
