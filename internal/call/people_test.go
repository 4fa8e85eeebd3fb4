package call

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/endpoint"
	"github.com/rapport-calls/rapport/internal/speech/recognize"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
	"github.com/rapport-calls/rapport/internal/speech/vad"
)

// people is what it takes to let recordings of people talk to the core in virtual time: the real models, whose answers
// are kept in a folder, since the same sound is heard in many trials.
type people struct {
	t        *testing.T
	dir      string
	silero   *vad.Silero
	turn     *endpoint.SmartTurn
	ear      *recognize.Moonshine
	memory   map[string]modelAnswer
	computed int
}

type modelAnswer struct {
	P     float64         `json:"p,omitempty"`
	Text  string          `json:"text,omitempty"`
	Words []practice.Word `json:"words,omitempty"`
}

// turnsFolder names where the measurement of turns keeps its tables. It takes minutes, so it runs only when asked for.
func turnsFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RAPPORT_TURNS")
	if dir == "" {
		t.Skip("a measurement: set RAPPORT_TURNS to a folder for its tables, and RAPPORT_ASSETS to the models")
	}
	return dir
}

func newPeople(t *testing.T) *people {
	t.Helper()
	dir := turnsFolder(t)
	assets, rt, pool := speechtest.Assets(t), speechtest.Runtime(t), speechtest.Pool(t)
	p := &people{t: t, dir: dir, memory: map[string]modelAnswer{}}
	var err error
	if p.silero, err = vad.Open(rt, filepath.Join(assets, "silero")); err != nil {
		t.Fatal(err)
	}
	if p.turn, err = endpoint.Open(rt, pool, filepath.Join(assets, "smart-turn")); err != nil {
		t.Fatal(err)
	}
	if p.ear, err = recognize.Open(rt, pool, filepath.Join(assets, "moonshine")); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "answers.json")); err == nil {
		_ = json.Unmarshal(b, &p.memory)
	}
	t.Cleanup(func() {
		p.keep()
		for _, c := range []func() error{p.ear.Close, p.turn.Close, p.silero.Close} {
			if err := c(); err != nil {
				t.Error(err)
			}
		}
	})
	return p
}

func (p *people) keep() {
	b, err := json.Marshal(p.memory)
	if err == nil {
		err = os.WriteFile(filepath.Join(p.dir, "answers.json"), b, 0o600)
	}
	if err != nil {
		p.t.Error(err)
	}
}

func key(kind string, pcm []int16) string {
	h := sha256.New()
	b := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		b = append(b, byte(v), byte(v>>8))
	}
	_, _ = h.Write(b)
	return kind + hex.EncodeToString(h.Sum(nil)[:12])
}

func (p *people) remember(k string, ask func() (modelAnswer, error)) modelAnswer {
	if a, ok := p.memory[k]; ok {
		return a
	}
	a, err := ask()
	if err != nil {
		p.t.Fatal(err)
	}
	p.memory[k] = a
	if p.computed++; p.computed%200 == 0 {
		p.keep()
	}
	return a
}

func (p *people) recognize(pcm []int16) modelAnswer {
	return p.remember(key("w", pcm), func() (modelAnswer, error) {
		r, err := p.ear.Recognize(context.Background(), pcm, practice.PriorityFinal)
		return modelAnswer{Text: r.Text, Words: r.Words}, err
	})
}

func (p *people) estimate(pcm []int16) float64 {
	return p.remember(key("e", pcm), func() (modelAnswer, error) {
		v, err := p.turn.EndOfTurn(context.Background(), pcm, practice.PriorityFirstClause)
		return modelAnswer{P: v}, err
	}).P
}

// spokenTurn is a recording at 16 kHz, with the word boundaries at which a pause may come.
type spokenTurn struct {
	name       string
	text       string
	finished   bool
	pcm        []int16
	endMS      int64   // last sample above −40 dB of the peak
	boundaries []int64 // in milliseconds, 30–80 % into the turn
	tone       []int16 // the recording's own room tone
}

// turns are the recordings that bench speaks with, or those of the folder RAPPORT_SPEECH.
func (p *people) turns() []spokenTurn {
	p.t.Helper()
	fsys, err := bench.BuiltinSpeech()
	if dir := os.Getenv("RAPPORT_SPEECH"); dir != "" {
		fsys, err = os.DirFS(dir), nil
	}
	if err != nil {
		p.t.Fatal(err)
	}
	recordings, err := bench.LoadSpeech(fsys)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []spokenTurn
	for _, r := range recordings {
		pcm, err := audio.ResampleClip(r.PCM, practice.SampleRateOut, practice.SampleRateIn)
		if err != nil {
			p.t.Fatal(err)
		}
		s := spokenTurn{name: r.Name, text: r.Text, finished: r.Finished, pcm: pcm, endMS: int64(r.EndMS())}
		s.tone = quietestStretch(pcm, 100*perMS)
		s.boundaries = p.boundaries(s)
		out = append(out, s)
	}
	return out
}

// quietestStretch is the quietest n samples: what the room sounds like when nobody speaks.
func quietestStretch(pcm []int16, n int) []int16 {
	best, at := 2.0, 0
	for i := 0; i+n <= len(pcm); i += 10 * perMS {
		if v := audio.RMS(pcm[i : i+n]); v < best {
			best, at = v, i
		}
	}
	return pcm[at : at+n]
}

// boundaries are the ends of words between 30 and 80 % of the turn, moved to the quietest 10 ms within 60 ms.
func (p *people) boundaries(s spokenTurn) []int64 {
	var words []practice.Word
	const step = 8000
	for from := int64(0); from < s.endMS; {
		to := min(from+step, int64(len(s.pcm)/perMS))
		a := p.recognize(s.pcm[from*perMS : to*perMS])
		next := to
		for i, w := range a.Words {
			if to < s.endMS && i == len(a.Words)-2 && i > 2 { // the last two of a cut chunk are read again
				next = from + w.StartMS - 20
				break
			}
			w.StartMS += from
			w.EndMS += from
			words = append(words, w)
		}
		from = max(next, from+1000)
	}
	var out []int64
	for _, w := range words {
		at := w.EndMS
		if at*10 < s.endMS*3 || at*10 > s.endMS*8 {
			continue
		}
		best, quietest := 2.0, at
		for ms := at - 60; ms <= at+60; ms += 5 {
			if v := audio.RMS(s.pcm[(ms-5)*perMS : (ms+5)*perMS]); v < best {
				best, quietest = v, ms
			}
		}
		out = append(out, quietest)
	}
	return out
}

// room is ms of room tone: the recording's own, forwards and backwards in turn, so that it has no seams.
func (s spokenTurn) room(ms int64) []int16 {
	out := make([]int16, ms*perMS)
	n := len(s.tone)
	for i := range out {
		j := i % (2 * n)
		if j >= n {
			j = 2*n - 1 - j
		}
		out[i] = s.tone[j]
	}
	return out
}

// TestTableOfPauses writes what the models say at the end of each recording and at pauses inside it, as far as the
// silence has lasted.
func TestTableOfPauses(t *testing.T) {
	p := newPeople(t)
	f, err := os.Create(filepath.Join(p.dir, "pauses.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	after := []int64{96, 120, 160, 200, 250, 300, 350, 450, 600, 900}
	_, _ = fmt.Fprint(f, "name\tat\tshare\tend\tlag")
	for _, q := range after {
		_, _ = fmt.Fprintf(f, "\tp%d", q)
	}
	_, _ = fmt.Fprintln(f, "\ttext")
	for _, s := range p.turns() {
		for _, at := range append(append([]int64(nil), s.boundaries...), s.endMS) {
			pcm := append(append([]int16(nil), s.pcm[:at*perMS]...), s.room(1200)...)
			voice, from, texts := p.follow(pcm)
			last := voice.LastMS()
			kind := "pause"
			if at == s.endMS {
				kind = "end"
				if !s.finished {
					kind = "open"
				}
			}
			_, _ = fmt.Fprintf(f, "%s\t%d\t%.2f\t%s\t%d", s.name, at, float64(at)/float64(s.endMS), kind, last-at)
			for _, q := range after {
				to := min(last+q, int64(len(pcm)/perMS))
				_, _ = fmt.Fprintf(f, "\t%.3f", p.estimate(pcm[max(0, to-estimateMS)*perMS:to*perMS]))
			}
			to := last + 128
			text := texts + " " + p.recognize(pcm[max(from, to-segmentMaxMS)*perMS:to*perMS]).Text
			_, _ = fmt.Fprintf(f, "\t%s\n", text)
		}
	}
}

// follow runs the detector over sound and closes segments at its pauses as the core does. It returns where the open one
// begins, and the words before.
func (p *people) follow(pcm []int16) (voice floor.Voice, fromMS int64, text string) {
	d, err := p.silero.NewDetector()
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for i := 0; i+windowSize <= len(pcm); i += windowSize {
		v, err := d.Probability(pcm[i : i+windowSize])
		if err != nil {
			p.t.Fatal(err)
		}
		before, last := voice.OnsetMS(), voice.LastMS()
		if voice.Window(int64(i/perMS), int64((i+windowSize)/perMS), v) && voice.OnsetMS() != before && last > 0 && last-fromMS >= cutAfterMS {
			text += p.recognize(pcm[fromMS*perMS:(last+128)*perMS]).Text + " "
			fromMS = last + tailMS
		}
	}
	return voice, fromMS, text
}

// TestCurveOfWaits reads the table of pauses and prints what the rules make of it: how late ends are answered, and how
// many pauses are taken for ends, by their length. Counted is the silence from the sound's own end; what comes after it
// (frame, network, ear) is not in it.
func TestCurveOfWaits(t *testing.T) {
	for dir := range strings.SplitSeq(turnsFolder(t), ":") {
		rows, melody := readTable(t, filepath.Join(dir, "pauses.tsv")), readTable(t, filepath.Join(dir, "melody.tsv"))
		if len(rows) != len(melody) {
			t.Fatalf("%s: the tables are not of the same recordings: make both again", dir)
		}
		for i := range rows {
			rows[i].melody = melody[i].melody
		}
		for _, stop := range []floor.Stop{
			{},
			{Patience: 1.25},
			{Patience: 1.6},
			{Patience: 2.5},
			{Endpoint: floor.EndpointAudio},
			{Endpoint: floor.EndpointWords},
			{Endpoint: floor.EndpointPauses},
		} {
			detail := stop == floor.Stop{}
			var ends []int64
			cut, n := [4]int{}, 0
			for _, r := range rows {
				wait := r.wait(stop) + r.lag
				if r.kind == "end" {
					ends = append(ends, wait)
					if detail {
						t.Logf("end   %5d ms  %.2f %.2f  done %.2f  %s", wait, r.p["120"], r.p["160"], floor.Done(r.text), tail(r.text))
					}
					continue
				}
				if r.kind != "pause" {
					continue
				}
				n++
				for i, ms := range []int64{300, 600, 900, 1200} {
					if wait < ms+onsetMS {
						cut[i]++
					}
				}
				if wait < 1220 && detail {
					t.Logf("pause %5d ms  %.2f %.2f  done %.2f  %s", wait, r.p["96"], r.p["160"], floor.Done(r.text), tail(r.text))
				}
			}
			slices.Sort(ends)
			share := func(k int) float64 { return 100 * float64(k) / float64(n) }
			t.Logf("%s %-7s x%.2f ends n=%d p50 %d p95 %d max %d ms; cut of %d pauses: 300 %.1f %%, 600 %.1f %%, 900 %.1f %%, 1200 %.1f %%, all %.1f %%", filepath.Base(dir), cmp.Or(stop.Endpoint, floor.EndpointAuto), max(stop.Patience, 1), len(ends),
				ends[len(ends)/2], ends[min(len(ends)*95/100, len(ends)-1)], ends[len(ends)-1], n, share(cut[0]), share(cut[1]), share(cut[2]), share(cut[3]), share(cut[0]+cut[1]+cut[2]+cut[3])/4)
		}
	}
}

// onsetMS is how long after a voice has come back its windows keep a turn from being taken.
const onsetMS = 20

func tail(s string) string { return s[max(0, len(s)-60):] }

type tableRow struct {
	name, kind, text string
	lag              int64
	p                map[string]float64
	melody           floor.Melody
}

// wait is when a pause would be taken for the end, the estimates coming as the silence grows.
func (r tableRow) wait(stop floor.Stop) int64 {
	var e floor.Estimates
	ask := floor.AskAfterMS()
	wait := int64(floor.MaxWaitMS)
	for i, at := range ask {
		e.Add(r.p[strconv.FormatInt(at, 10)])
		wait = max(stop.WaitMS(floor.Pause{Text: r.text, HasWords: true, Probability: e.Probability(), HasEstimate: true, Melody: r.melody}), at)
		if i+1 < len(ask) && wait <= ask[i+1] {
			break
		}
	}
	return wait
}

func readTable(t *testing.T, path string) []tableRow {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	heads := strings.Split(lines[0], "\t")
	var out []tableRow
	for _, line := range lines[1:] {
		r := tableRow{p: map[string]float64{}}
		for i, v := range strings.Split(line, "\t") {
			switch h := heads[i]; {
			case h == "name":
				r.name = v
			case h == "end":
				r.kind = v
			case h == "lag":
				r.lag, _ = strconv.ParseInt(v, 10, 64)
			case h == "text":
				r.text = v
			case h == "final_st":
				r.melody.FinalST, _ = strconv.ParseFloat(v, 64)
			case h == "pitch":
				r.melody.Known = v != "0"
			case h[0] == 'p':
				r.p[h[1:]], _ = strconv.ParseFloat(v, 64)
			}
		}
		out = append(out, r)
	}
	return out
}

// TestTableOfMelody writes what the melody says at ends and pauses, beside the model's estimate.
func TestTableOfMelody(t *testing.T) {
	p := newPeople(t)
	f, err := os.Create(filepath.Join(p.dir, "melody.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // a table
	_, _ = fmt.Fprintln(f, "name\tat\tend\tpitch\tfinal_st\trank\tslope\tdb\tms")
	for _, s := range p.turns() {
		for _, at := range append(append([]int64(nil), s.boundaries...), s.endMS) {
			kind := "pause"
			if at == s.endMS {
				kind = "end"
				if !s.finished {
					kind = "open"
				}
			}
			m := audio.MeasureProsody(append(append([]int16(nil), s.pcm[:at*perMS]...), s.room(150)...))
			_, _ = fmt.Fprintf(f, "%s\t%d\t%s\t%.0f\t%.1f\t%.2f\t%.1f\t%.1f\t%.0f\n", s.name, at, kind, m.Pitch, m.FinalST, m.FinalRank, m.SlopeST, m.FinalDB, m.FinalMS)
		}
	}
}
