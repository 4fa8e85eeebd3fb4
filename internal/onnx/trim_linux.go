package onnx

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
static void trim(void) { malloc_trim(0); }
#else
static void trim(void) {}
#endif
*/
import "C"

// trim gives back to the system what loading a model left behind: the file as it was parsed and the weights before they
// were converted, 60 MB for MiniLM, which glibc would otherwise keep for as long as the process lives.
func trim() { C.trim() }
