package onnx

import (
	"fmt"

	ort "github.com/yalue/onnxruntime_go"
)

// Element is a type that a tensor can hold.
type Element interface {
	float32 | float64 | int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64 | bool
}

// Value is an input or output of a session: a *Tensor of some element type. Whoever made or was given it closes it.
type Value interface {
	Shape() []int64
	Close()
	value() ort.Value
}

// Tensor is an array of any number of dimensions over memory that Go and the runtime share: what is written into Data
// is what the next run reads.
type Tensor[T Element] struct{ t *ort.Tensor[T] }

// NewTensor makes a tensor over data, which has at least the product of shape's dimensions elements; a dimension may
// be 0. The data is not copied.
func NewTensor[T Element](data []T, shape ...int64) (*Tensor[T], error) {
	if len(shape) == 0 {
		return nil, fmt.Errorf("make tensor: no dimensions given")
	}
	t, err := ort.NewTensor(ort.Shape(shape), data)
	if err != nil {
		return nil, fmt.Errorf("make tensor: %w", err)
	}
	return &Tensor[T]{t}, nil
}

// NewZeros makes a tensor of zeros.
func NewZeros[T Element](shape ...int64) (*Tensor[T], error) {
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			return nil, fmt.Errorf("make tensor: dimension %d is negative", d)
		}
		n *= d
	}
	return NewTensor(make([]T, n), shape...)
}

// Data is the tensor's elements, last dimension fastest. It must not be used after Close.
func (t *Tensor[T]) Data() []T { return t.t.GetData() }

// Shape is a copy of the dimensions.
func (t *Tensor[T]) Shape() []int64 { return t.t.GetShape() }

// Close frees the tensor. Calling it again does nothing.
func (t *Tensor[T]) Close() {
	if t.t != nil {
		_ = t.t.Destroy() // always nil
		t.t = nil
	}
}

func (t *Tensor[T]) value() ort.Value {
	if t.t == nil {
		return nil
	}
	return t.t
}

// Data is the elements of a value that must be a Tensor of T.
func Data[T Element](v Value) ([]T, error) {
	t, ok := v.(*Tensor[T])
	if !ok || t.t == nil {
		var want T
		return nil, fmt.Errorf("value is %T, not a tensor of %T", v, want)
	}
	return t.Data(), nil
}

// CloseAll closes every value that is not nil.
func CloseAll(vs ...Value) {
	for _, v := range vs {
		if v != nil {
			v.Close()
		}
	}
}

// wrap gives a value that the runtime allocated its type.
func wrap(v ort.Value) (Value, error) {
	switch t := v.(type) {
	case *ort.Tensor[float32]:
		return &Tensor[float32]{t}, nil
	case *ort.Tensor[float64]:
		return &Tensor[float64]{t}, nil
	case *ort.Tensor[int8]:
		return &Tensor[int8]{t}, nil
	case *ort.Tensor[uint8]:
		return &Tensor[uint8]{t}, nil
	case *ort.Tensor[int16]:
		return &Tensor[int16]{t}, nil
	case *ort.Tensor[uint16]:
		return &Tensor[uint16]{t}, nil
	case *ort.Tensor[int32]:
		return &Tensor[int32]{t}, nil
	case *ort.Tensor[uint32]:
		return &Tensor[uint32]{t}, nil
	case *ort.Tensor[int64]:
		return &Tensor[int64]{t}, nil
	case *ort.Tensor[uint64]:
		return &Tensor[uint64]{t}, nil
	case *ort.Tensor[bool]:
		return &Tensor[bool]{t}, nil
	}
	return nil, fmt.Errorf("the model put out a %T, which is not a plain tensor", v)
}
