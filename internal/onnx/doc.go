// Package onnx wraps ONNX Runtime: the library loaded once a process, sessions that cannot be used after they are
// closed, tensors, and the one inference pool through which all models but voice activity detection run. It is a thin,
// safe layer over yalue/onnxruntime_go; no other package imports that module.
package onnx
