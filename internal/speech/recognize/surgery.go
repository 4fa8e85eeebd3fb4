package recognize

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of onnx.proto (ONNX, IR version 10). Only what the surgery touches is named; all else is carried over
// as bytes.
const (
	modelIRVersion   = 1
	modelGraph       = 7
	modelOpsetImport = 8

	graphNode        = 1
	graphName        = 2
	graphInitializer = 5
	graphInput       = 11
	graphOutput      = 12

	nodeInput     = 1
	nodeOutput    = 2
	nodeOpType    = 4
	nodeAttribute = 5

	attributeName   = 1
	attributeGraph  = 6
	attributeGraphs = 11

	valueName  = 1
	valueType  = 2
	tensorName = 8

	typeTensor     = 1
	tensorElemType = 1
	elemFloat      = 1
)

// maxDepth bounds how deeply graphs may nest, so that no file can exhaust the stack.
const maxDepth = 8

// crossAttention is the output of a layer's attention over the sound, without the layer's number.
const (
	crossAttentionBefore = "/model/decoder/layers."
	crossAttentionAfter  = "/encoder_attn/Softmax_output_0"
)

var errNotMerged = errors.New("not a merged decoder: it has no graph with a single If of two branches")

// splitDecoder turns a merged Moonshine decoder, whose one If node chooses between a branch for the first token and
// one for the tokens after it, into two flat models, and adds to each the attention of every layer over the sound as
// outputs attention.0, attention.1, …. Word times are read from those, and without the If the runtime can optimise each
// graph as a whole. It never panics on bad bytes.
func splitDecoder(merged []byte) (first, step []byte, err error) {
	model, err := fields(merged)
	if err != nil {
		return nil, nil, err
	}
	var graph []byte
	for _, f := range model {
		if f.num == modelGraph && f.typ == protowire.BytesType {
			graph = f.bytes
		}
	}
	if graph == nil {
		return nil, nil, errNotMerged
	}
	outer, err := readGraph(graph)
	if err != nil {
		return nil, nil, err
	}
	if len(outer.nodes) != 1 || outer.nodes[0].op != "If" {
		return nil, nil, errNotMerged
	}
	branches := map[string][]byte{}
	for _, a := range outer.nodes[0].attributes {
		if a.graph != nil {
			branches[a.name] = a.graph
		}
	}
	first, err = flatten(model, outer, branches["else_branch"], true)
	if err != nil {
		return nil, nil, fmt.Errorf("branch of the first token: %w", err)
	}
	step, err = flatten(model, outer, branches["then_branch"], false)
	if err != nil {
		return nil, nil, fmt.Errorf("branch of later tokens: %w", err)
	}
	return first, step, nil
}

// flatten writes one branch as a model of its own. keepSound keeps the outputs that hold the sound's keys and values;
// in the later branch they only pass through.
func flatten(model []field, outer graph, branch []byte, keepSound bool) ([]byte, error) {
	if branch == nil {
		return nil, errNotMerged
	}
	inner, err := readGraph(branch)
	if err != nil {
		return nil, err
	}
	results := outer.nodes[0].outputs
	if len(inner.outputs) != len(results) {
		return nil, fmt.Errorf("it has %d outputs, the If has %d", len(inner.outputs), len(results))
	}
	used := map[string]bool{}
	if err := uses(branch, used, 0); err != nil {
		return nil, err
	}

	var g []byte
	for _, n := range inner.nodes {
		g = appendMessage(g, graphNode, n.raw)
	}
	var outputs []string
	for i, name := range results {
		if !keepSound && strings.Contains(name, ".encoder.") {
			continue
		}
		if inner.outputs[i].name != name {
			g = appendMessage(g, graphNode, identity(inner.outputs[i].name, name))
		}
		outputs = append(outputs, name)
	}
	layers := crossAttentions(inner)
	if len(layers) == 0 {
		return nil, errors.New("it has no attention over the sound")
	}
	for i, name := range layers {
		out := "attention." + strconv.Itoa(i)
		g = appendMessage(g, graphNode, identity(name, out))
		outputs = append(outputs, out)
	}
	g = protowire.AppendTag(g, graphName, protowire.BytesType)
	g = protowire.AppendString(g, "decoder")
	for _, in := range slices.Concat(inner.initializers, usedOnly(outer.initializers, used)) {
		g = appendMessage(g, graphInitializer, in.raw)
	}
	for _, in := range usedOnly(outer.inputs, used) {
		g = appendMessage(g, graphInput, in.raw)
	}
	for _, name := range outputs {
		g = appendMessage(g, graphOutput, floatValue(name))
	}

	var m []byte
	for _, f := range model {
		if f.num == modelIRVersion || f.num == modelOpsetImport {
			m = append(m, f.raw...)
		}
	}
	return appendMessage(m, modelGraph, g), nil
}

// crossAttentions lists the attention outputs of layers 0, 1, … without a gap.
func crossAttentions(g graph) []string {
	have := map[string]bool{}
	for _, n := range g.nodes {
		for _, o := range n.outputs {
			have[o] = true
		}
	}
	var out []string
	for {
		name := crossAttentionBefore + strconv.Itoa(len(out)) + crossAttentionAfter
		if !have[name] {
			return out
		}
		out = append(out, name)
	}
}

func usedOnly(vs []named, used map[string]bool) []named {
	return slices.DeleteFunc(slices.Clone(vs), func(v named) bool { return !used[v.name] })
}

func identity(from, to string) []byte {
	var n []byte
	n = appendText(n, nodeInput, from)
	n = appendText(n, nodeOutput, to)
	return appendText(n, nodeOpType, "Identity")
}

// floatValue declares a float tensor of any shape.
func floatValue(name string) []byte {
	elem := protowire.AppendVarint(protowire.AppendTag(nil, tensorElemType, protowire.VarintType), elemFloat)
	v := appendText(nil, valueName, name)
	return appendMessage(v, valueType, appendMessage(nil, typeTensor, elem))
}

func appendMessage(b []byte, num protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), m)
}

func appendText(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}
