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

// soundInput is the merged decoder's input that holds the encoder's output.
const soundInput = "encoder_hidden_states"

// maxDepth bounds how deeply graphs may nest, so that no file can exhaust the stack.
const maxDepth = 8

// crossAttention is the output of a layer's attention over the sound, without the layer's number.
const (
	crossAttentionBefore = "/model/decoder/layers."
	crossAttentionAfter  = "/encoder_attn/Softmax_output_0"
)

var errNotMerged = errors.New("not a merged decoder: it has no graph with a single If of two branches")

// splitDecoder takes a merged Moonshine decoder, whose one If node chooses between a branch for the first token and one
// for the tokens after it, apart into two flat models. The first makes the keys and values of the sound, once a segment.
// The second makes a token, the first one too when it is given no tokens before, and also puts out the attention of every
// layer over the sound as attention.0, attention.1, …, from which word times are read. Without the If the runtime can
// optimise each graph as a whole, and the vocabulary's weights are held once. It never panics on bad bytes.
func splitDecoder(merged []byte) (sound, step []byte, err error) {
	model, err := fields(merged)
	if err != nil {
		return nil, nil, err
	}
	var whole []byte
	for _, f := range model {
		if f.num == modelGraph && f.typ == protowire.BytesType {
			whole = f.bytes
		}
	}
	if whole == nil {
		return nil, nil, errNotMerged
	}
	outer, err := readGraph(whole)
	if err != nil {
		return nil, nil, err
	}
	if len(outer.nodes) != 1 || outer.nodes[0].op != "If" {
		return nil, nil, errNotMerged
	}
	var first, later []byte
	for _, a := range outer.nodes[0].attributes {
		switch a.name {
		case "else_branch":
			first = a.graph
		case "then_branch":
			later = a.graph
		}
	}
	if first == nil || later == nil {
		return nil, nil, errNotMerged
	}
	sound, err = extract(model, outer, first, true)
	if err != nil {
		return nil, nil, fmt.Errorf("branch of the first token: %w", err)
	}
	step, err = extract(model, outer, later, false)
	if err != nil {
		return nil, nil, fmt.Errorf("branch of later tokens: %w", err)
	}
	return sound, step, nil
}

// extract writes a part of one branch as a model of its own: what leads to the keys and values of the sound, or what
// leads to all else and the attention.
func extract(model []field, outer graph, branch []byte, sound bool) ([]byte, error) {
	inner, err := readGraph(branch)
	if err != nil {
		return nil, err
	}
	results := outer.nodes[0].outputs
	if len(inner.outputs) != len(results) {
		return nil, fmt.Errorf("it has %d outputs, the If has %d", len(inner.outputs), len(results))
	}
	needed := map[string]bool{}
	var outputs []string
	var renames []byte
	put := func(from, to string) {
		needed[from] = true
		outputs = append(outputs, to)
		if from != to {
			renames = appendMessage(renames, graphNode, identity(from, to))
		}
	}
	for i, name := range results {
		if strings.Contains(name, ".encoder.") == sound {
			put(inner.outputs[i].name, name)
		}
	}
	if !sound {
		layers := crossAttentions(inner)
		if len(layers) == 0 {
			return nil, errors.New("it has no attention over the sound")
		}
		for i, name := range layers {
			put(name, "attention."+strconv.Itoa(i))
		}
	}
	if len(outputs) == 0 {
		return nil, errors.New("it makes no keys and values of the sound")
	}
	if sound {
		sizeBySound(inner.nodes, outer.inputs)
	}
	nodes, err := leadingTo(inner.nodes, needed)
	if err != nil {
		return nil, err
	}

	var g []byte
	for _, n := range nodes {
		g = appendMessage(g, graphNode, n.raw)
	}
	g = append(g, renames...)
	g = appendText(g, graphName, "decoder")
	for _, in := range slices.Concat(inner.initializers, outer.initializers) {
		if needed[in.name] {
			g = appendMessage(g, graphInitializer, in.raw)
		}
	}
	for _, in := range outer.inputs {
		if !needed[in.name] {
			continue
		}
		if sound && in.name != soundInput {
			return nil, fmt.Errorf("the keys and values of the sound need %s", in.name)
		}
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

// sizeBySound lets nodes that take the size of a batch from the tokens take it from the sound, where it is the same: for
// nothing else do the keys and values of the sound depend on the tokens.
func sizeBySound(nodes []node, inputs []named) {
	fromTokens := map[string]bool{}
	for _, in := range inputs {
		fromTokens[in.name] = in.name != soundInput
	}
	for i := range nodes {
		n := &nodes[i]
		if !slices.ContainsFunc(n.inputs, func(name string) bool { return fromTokens[name] }) {
			continue
		}
		if n.op == "Shape" {
			var raw []byte
			for _, out := range n.outputs {
				raw = appendText(raw, nodeOutput, out)
			}
			n.inputs = []string{soundInput}
			n.raw = appendText(appendText(raw, nodeInput, soundInput), nodeOpType, n.op)
			continue
		}
		for _, out := range n.outputs {
			fromTokens[out] = true
		}
	}
}

// leadingTo picks the nodes that the needed names come from, and adds the names that those nodes read. Nodes stand in
// the order in which they run.
func leadingTo(nodes []node, needed map[string]bool) ([]node, error) {
	var out []node
	for _, n := range slices.Backward(nodes) {
		if !slices.ContainsFunc(n.outputs, func(name string) bool { return needed[name] }) {
			continue
		}
		if err := n.reads(needed, 0); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	slices.Reverse(out)
	return out, nil
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
