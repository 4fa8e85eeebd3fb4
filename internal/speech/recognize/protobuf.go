package recognize

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a protobuf message.
type field struct {
	num   protowire.Number
	typ   protowire.Type
	bytes []byte // the content, for length-delimited fields
	raw   []byte // tag and content
}

// fields cuts a message into its fields, which share its memory.
func fields(m []byte) ([]field, error) {
	var out []field
	for len(m) > 0 {
		num, typ, tag := protowire.ConsumeTag(m)
		if tag < 0 {
			return nil, fmt.Errorf("read ONNX file: %w", protowire.ParseError(tag))
		}
		n := protowire.ConsumeFieldValue(num, typ, m[tag:])
		if n < 0 {
			return nil, fmt.Errorf("read ONNX file: %w", protowire.ParseError(n))
		}
		f := field{num: num, typ: typ, raw: m[:tag+n]}
		if typ == protowire.BytesType {
			f.bytes, _ = protowire.ConsumeBytes(m[tag:])
		}
		out = append(out, f)
		m = m[tag+n:]
	}
	return out, nil
}

// named is an initializer, an input or an output: its name and its message.
type named struct {
	name string
	raw  []byte
}

type attribute struct {
	name   string
	graph  []byte // nil when it holds none
	graphs [][]byte
}

type node struct {
	op              string
	inputs, outputs []string
	attributes      []attribute
	raw             []byte
}

type graph struct {
	nodes                         []node
	initializers, inputs, outputs []named
}

func readGraph(m []byte) (graph, error) {
	var g graph
	fs, err := fields(m)
	if err != nil {
		return g, err
	}
	for _, f := range fs {
		if f.typ != protowire.BytesType {
			continue
		}
		switch int(f.num) {
		case graphNode:
			n, err := readNode(f.bytes)
			if err != nil {
				return g, err
			}
			g.nodes = append(g.nodes, n)
		case graphInitializer:
			g.initializers, err = appendNamed(g.initializers, f.bytes, tensorName)
		case graphInput:
			g.inputs, err = appendNamed(g.inputs, f.bytes, valueName)
		case graphOutput:
			g.outputs, err = appendNamed(g.outputs, f.bytes, valueName)
		}
		if err != nil {
			return g, err
		}
	}
	return g, nil
}

func appendNamed(to []named, m []byte, num protowire.Number) ([]named, error) {
	fs, err := fields(m)
	if err != nil {
		return nil, err
	}
	v := named{raw: m}
	for _, f := range fs {
		if f.num == num && f.typ == protowire.BytesType {
			v.name = string(f.bytes)
		}
	}
	return append(to, v), nil
}

func readNode(m []byte) (node, error) {
	n := node{raw: m}
	fs, err := fields(m)
	if err != nil {
		return n, err
	}
	for _, f := range fs {
		if f.typ != protowire.BytesType {
			continue
		}
		switch int(f.num) {
		case nodeInput:
			n.inputs = append(n.inputs, string(f.bytes))
		case nodeOutput:
			n.outputs = append(n.outputs, string(f.bytes))
		case nodeOpType:
			n.op = string(f.bytes)
		case nodeAttribute:
			a, err := readAttribute(f.bytes)
			if err != nil {
				return n, err
			}
			n.attributes = append(n.attributes, a)
		}
	}
	return n, nil
}

func readAttribute(m []byte) (attribute, error) {
	var a attribute
	fs, err := fields(m)
	if err != nil {
		return a, err
	}
	for _, f := range fs {
		if f.typ != protowire.BytesType {
			continue
		}
		switch int(f.num) {
		case attributeName:
			a.name = string(f.bytes)
		case attributeGraph:
			a.graph = f.bytes
		case attributeGraphs:
			a.graphs = append(a.graphs, f.bytes)
		}
	}
	return a, nil
}

// reads collects the names that a node reads, those of graphs inside it too.
func (n node) reads(into map[string]bool, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("read ONNX file: graphs nest deeper than %d", maxDepth)
	}
	for _, name := range n.inputs {
		into[name] = true
	}
	for _, a := range n.attributes {
		inner := a.graphs
		if a.graph != nil {
			inner = append(inner, a.graph)
		}
		for _, s := range inner {
			g, err := readGraph(s)
			if err != nil {
				return err
			}
			for _, o := range g.outputs {
				into[o.name] = true // an outer name may be put out as it came
			}
			for _, m := range g.nodes {
				if err := m.reads(into, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
