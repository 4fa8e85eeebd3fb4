package library_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

// entry is one file of an archive made by hand.
type entry struct {
	name string
	data string
	mode fs.FileMode
}

func archive(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(e.data)); err != nil && !strings.HasSuffix(e.name, "/") {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func whole(more ...entry) []entry {
	return append([]entry{{name: "s/scenario.yaml", data: "slug: s\n"}, {name: "s/lines.yaml", data: "lines: []\n"}}, more...)
}

// noise is text that packs to about a quarter.
func noise(n int) string {
	out := make([]byte, n)
	x := uint32(2463534242)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = 'a' + byte(x>>16)%4
	}
	return string(out)
}

// lying is an archive whose only further entry claims other sizes than it has.
func lying(t *testing.T, data string, claimed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range whole() {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.data)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: "s/agents.txt", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)), CompressedSize64: uint64(len(data)), UncompressedSize64: claimed})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encrypted sets the flag of encryption in every header.
func encrypted(b []byte) []byte {
	for _, head := range []struct {
		sign string
		at   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for at := 0; ; {
			i := bytes.Index(b[at:], []byte(head.sign))
			if i < 0 {
				break
			}
			at += i + head.at
			binary.LittleEndian.PutUint16(b[at:], binary.LittleEndian.Uint16(b[at:])|1)
		}
	}
	return b
}

func TestArchivesThatAreRefused(t *testing.T) {
	many := whole()
	for i := range 40 {
		many = append(many, entry{name: "s/" + strings.Repeat("a", i+1) + ".txt"})
	}
	big := []entry{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		big = append(big, entry{name: "s/" + name + ".txt", data: noise(1 << 19)})
	}
	for name, c := range map[string]struct {
		zip  []byte
		says string
	}{
		"no archive":                    {[]byte("PK and nothing more"), "no zip archive"},
		"an empty file":                 {nil, "no zip archive"},
		"an empty archive":              {archive(t), "there is no scenario.yaml"},
		"a path that climbs":            {archive(t, whole(entry{name: "../scenario.yaml"})...), "leads out"},
		"a path that climbs later":      {archive(t, whole(entry{name: "s/../../agents.txt"})...), "leads out"},
		"an absolute path":              {archive(t, whole(entry{name: "/etc/agents.txt"})...), "leads out"},
		"a drive":                       {archive(t, whole(entry{name: "C:agents.txt"})...), "leads out"},
		"a backslash":                   {archive(t, whole(entry{name: "s\\..\\agents.txt"})...), "leads out"},
		"a doubled slash":               {archive(t, whole(entry{name: "s//agents.txt"})...), "leads out"},
		"a point for a folder":          {archive(t, whole(entry{name: "./s/agents.txt"})...), "leads out"},
		"a link":                        {archive(t, whole(entry{name: "s/portrait.svg", data: "/etc/passwd", mode: fs.ModeSymlink | 0o777})...), "it is a link"},
		"a device":                      {archive(t, whole(entry{name: "s/portrait.svg", mode: fs.ModeDevice | 0o666})...), "no plain file"},
		"a pipe":                        {archive(t, whole(entry{name: "s/portrait.svg", mode: fs.ModeNamedPipe | 0o666})...), "no plain file"},
		"case twins":                    {archive(t, whole(entry{name: "s/Lines.yaml"})...), "take them for one file"},
		"the same name twice":           {archive(t, whole(entry{name: "s/lines.yaml", data: "lines: [1]"})...), "stands there already"},
		"a folder in the folder":        {archive(t, whole(entry{name: "s/more/agents.txt"})...), "holds no folders"},
		"an empty folder in it":         {archive(t, whole(entry{name: "s/more/"})...), "holds no folders"},
		"two scenarios":                 {archive(t, whole(entry{name: "r/scenario.yaml"})...), "holds one scenario"},
		"no folder":                     {archive(t, entry{name: "scenario.yaml"}), "pack the scenario's folder"},
		"a file beside the folder":      {archive(t, whole(entry{name: "readme"})...), "lies outside"},
		"a folder that is no slug":      {archive(t, entry{name: "My Scenario/scenario.yaml"}), "no scenario's slug"},
		"a program":                     {archive(t, whole(entry{name: "s/run.sh"})...), ".yaml, .svg, .txt and .md"},
		"no ending":                     {archive(t, whole(entry{name: "s/Makefile"})...), ".yaml, .svg, .txt and .md"},
		"a hidden file":                 {archive(t, whole(entry{name: "s/.agents.txt"})...), "begins with a point"},
		"an option":                     {archive(t, whole(entry{name: "s/-rf.txt"})...), "hyphen"},
		"a device of another system":    {archive(t, whole(entry{name: "s/con.txt"})...), "device"},
		"a numbered device":             {archive(t, whole(entry{name: "s/COM1.txt"})...), "device"},
		"a name with a line break":      {archive(t, whole(entry{name: "s/a\nb.txt"})...), "something else than letters"},
		"a name that is no text":        {archive(t, whole(entry{name: "s/\xff\xfe.txt"})...), "no text"},
		"letters that look like others": {archive(t, whole(entry{name: "s/lіnes.yaml"})...), "something else than letters"},
		"a very long name":              {archive(t, whole(entry{name: "s/" + strings.Repeat("a", 100) + ".txt"})...), "too long"},
		"a name longer than that":       {archive(t, whole(entry{name: "s/" + strings.Repeat("a", 4000) + ".txt"})...), "too long"},
		"too many entries":              {archive(t, many...), "42 entries"},
		"a file too large":              {archive(t, whole(entry{name: "s/agents.txt", data: strings.Repeat("0123456789abcdefghijk", 1<<19/21+1)})...), "unpacks to more than is allowed"},
		"too much in all":               {archive(t, whole(big...)...), "unpacks to more than is allowed"},
		"a bomb":                        {archive(t, whole(entry{name: "s/agents.txt", data: strings.Repeat("\x00", 1<<18)})...), "more than 200 times"},
		"a bomb of many files":          {archive(t, whole(entry{name: "s/a.txt", data: strings.Repeat("\x00", 1<<18)}, entry{name: "s/b.txt", data: strings.Repeat("\x00", 1<<18)})...), "more than 200 times"},
		"a size that claims too much":   {lying(t, "abc", 1<<40), "more than is allowed"},
		"a size that claims too little": {lying(t, strings.Repeat("abcdefgh", 1000), 3), "cannot be read"},
		"an archive too large":          {make([]byte, library.MaxArchiveBytes+1), "is the most"},
		"an encrypted archive":          {encrypted(archive(t, whole()...)), "encrypted"},
		"half an archive":               {archive(t, whole()...)[:100], "no zip archive"},
		"no lines":                      {archive(t, whole()[0]), "there is no lines.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := library.Unpack(bytes.NewReader(c.zip), int64(len(c.zip)))
			if err == nil {
				t.Fatalf("it was taken in: %v", p.Slug)
			}
			if !errors.Is(err, practice.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error is %q, want %q", err, c.says)
			}
		})
	}
}

func TestWhatWasExportedIsImported(t *testing.T) {
	lib := library.New(personas.FS)
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := lib.Export(b, "late-birthday-parcel"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two exports of one scenario differ")
	}
	p, err := library.Unpack(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for name, b := range p.Files {
		dir[string(p.Slug)+"/"+name] = &fstest.MapFile{Data: b}
	}
	got, err := library.Load(dir, p.Slug)
	if err != nil {
		t.Fatal(err)
	}
	want, err := lib.Load("late-birthday-parcel")
	if err != nil || got.Scenario.Digest != want.Scenario.Digest {
		t.Errorf("digest %s, want %s (%v)", got.Scenario.Digest, want.Scenario.Digest, err)
	}
	for _, slug := range []practice.Slug{"nobody", "../personas"} {
		if err := lib.Export(&one, slug); !errors.Is(err, practice.ErrNotFound) {
			t.Errorf("export of %q: %v", slug, err)
		}
	}
}

// FuzzUnpack feeds archives of any kind: never more comes out than the limits allow, and never outside the folder.
func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, whole()...))
	f.Add(archive(f, whole(entry{name: "s/portrait.svg", data: "<svg/>"}, entry{name: "s/"})...))
	f.Add(archive(f, entry{name: "../x"}))
	f.Add(archive(f, whole(entry{name: "s/a.txt", data: strings.Repeat("\x00", 1<<17)})...))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := library.Unpack(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		sum := 0
		for name, data := range p.Files {
			sum += len(data)
			if strings.ContainsAny(name, "/\\:") || strings.HasPrefix(name, ".") || len(data) > library.MaxFileBytes {
				t.Errorf("took in %q of %d bytes", name, len(data))
			}
		}
		if sum > library.MaxArchiveContent || len(p.Files) > library.MaxArchiveEntries {
			t.Errorf("took in %d files of %d bytes", len(p.Files), sum)
		}
	})
}
