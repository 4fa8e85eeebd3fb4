package library

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Limits of an archive that is taken in. What a scenario needs is far below them.
const (
	MaxArchiveBytes    = 4 << 20 // of the archive itself
	MaxArchiveContent  = 4 << 20 // of its files together, unpacked
	MaxArchiveEntries  = 32
	maxArchiveRatio    = 200 // unpacked to packed, of files that are worth a thought
	maxArchiveRatioMin = 64 << 10
	maxNameBytes       = 64
)

// Packed is a scenario's folder from an archive: its files by name, none of them in a folder below.
type Packed struct {
	Slug  practice.Slug
	Files map[string][]byte
}

// Export writes a scenario's folder as a zip archive that Unpack reads. The same folder gives the same bytes. A scenario
// that cannot be read is the error of Load.
func Export(w io.Writer, fsys fs.FS, slug practice.Slug) error {
	if _, err := Load(fsys, slug); err != nil {
		return err
	}
	entries, err := fs.ReadDir(fsys, string(slug))
	if err != nil {
		return fmt.Errorf("export %s: %w", slug, err)
	}
	z := zip.NewWriter(w)
	for _, e := range entries { // in the order of their names
		if checkName(e.Name()) != nil || !e.Type().IsRegular() {
			continue
		}
		name := path.Join(string(slug), e.Name())
		b, err := readFile(fsys, name)
		if err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = f.Write(b)
		}
		if err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("export %s: %w", slug, err)
	}
	return nil
}

// Export is the package's Export over the folder that holds the scenario.
func (l *Library) Export(w io.Writer, slug practice.Slug) error {
	for _, v := range slices.Backward(l.folders) {
		if _, err := fs.Stat(v, path.Join(string(slug), ScenarioFile)); isSlug(string(slug)) && err == nil {
			return Export(w, v, slug)
		}
	}
	return fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
}

// Unpack takes a scenario's folder out of an archive of size bytes. It trusts nothing in it: names, kinds, sizes and
// what sizes claim to be are checked before and while it is unpacked, and nothing is written anywhere. The error wraps
// practice.ErrInvalid and names the entry.
func Unpack(r io.ReaderAt, size int64) (Packed, error) {
	p := Packed{Files: map[string][]byte{}}
	if size > MaxArchiveBytes {
		return p, refused("", fmt.Sprintf("the archive has %d bytes, and %d is the most", size, MaxArchiveBytes))
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are checked below, one by one
		return p, refused("", "this is no zip archive that can be read: "+err.Error())
	}
	if len(z.File) > MaxArchiveEntries {
		return p, refused("", fmt.Sprintf("the archive has %d entries, and %d is the most", len(z.File), MaxArchiveEntries))
	}
	left := int64(MaxArchiveContent)
	seen := map[string]string{}
	for _, f := range z.File {
		dir, name, err := placeOf(f)
		if err != nil {
			return p, err
		}
		if p.Slug == "" {
			p.Slug = practice.Slug(dir)
		}
		if string(p.Slug) != dir {
			return p, refused(f.Name, fmt.Sprintf("an archive holds one scenario, and this one has the folder %q beside %q", dir, p.Slug))
		}
		if name == "" {
			continue
		}
		if twin, ok := seen[strings.ToLower(name)]; ok {
			return p, refused(f.Name, fmt.Sprintf("%q stands there already, and some systems take them for one file", twin))
		}
		seen[strings.ToLower(name)] = name
		b, err := unpack(f, min(left, MaxFileBytes))
		if err != nil {
			return p, err
		}
		left -= int64(len(b))
		p.Files[name] = b
	}
	for _, name := range []string{ScenarioFile, LinesFile} {
		if _, ok := p.Files[name]; !ok {
			return p, refused("", "there is no "+name+" in it; an archive holds SLUG/"+ScenarioFile+" and SLUG/"+LinesFile)
		}
	}
	return p, nil
}

func refused(name, why string) error {
	if name != "" {
		why = fmt.Sprintf("entry %q: %s", name, why)
	}
	return fmt.Errorf("%s: %w", why, practice.ErrInvalid)
}

// placeOf checks an entry's name and kind; name is empty for the folder itself.
func placeOf(f *zip.File) (dir, name string, err error) {
	whole := strings.TrimSuffix(f.Name, "/")
	dir, name, below := strings.Cut(whole, "/")
	mode := f.Mode()
	switch {
	case !utf8.ValidString(f.Name) || len(f.Name) > 2*maxNameBytes+1:
		return "", "", refused(f.Name, "its name is too long or no text")
	case strings.HasPrefix(f.Name, "/") || strings.ContainsAny(f.Name, "\\:") || !fs.ValidPath(whole) || whole == ".":
		return "", "", refused(f.Name, "its name leads out of the scenario's folder")
	case mode&fs.ModeSymlink != 0:
		return "", "", refused(f.Name, "it is a link, and only files are taken")
	case mode.Type() != 0 && !mode.IsDir():
		return "", "", refused(f.Name, "it is no plain file")
	case f.Flags&1 != 0:
		return "", "", refused(f.Name, "it is encrypted")
	case !isSlug(dir):
		return "", "", refused(f.Name, "its folder is no scenario's slug; pack the scenario's folder, not the files in it")
	case mode.IsDir() && below, strings.Contains(name, "/"):
		return "", "", refused(f.Name, "a scenario's folder holds no folders")
	case mode.IsDir():
		return dir, "", nil
	case !below:
		return "", "", refused(f.Name, "it lies outside the scenario's folder")
	}
	if err := checkName(name); err != nil {
		return "", "", refused(f.Name, err.Error())
	}
	return dir, name, nil
}

// checkName refuses names that mean something else on some system, and kinds of files that no scenario has.
func checkName(name string) error {
	if len(name) > maxNameBytes || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") {
		return errors.New("its name is too long or begins with a point or a hyphen")
	}
	for _, r := range name {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r) {
			return errors.New("its name holds something else than letters, digits, hyphens, underscores and points")
		}
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, stem) || len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) {
		return errors.New("its name belongs to a device on some systems")
	}
	if !slices.Contains([]string{".yaml", ".svg", ".txt", ".md"}, path.Ext(name)) {
		return errors.New("a scenario's folder holds .yaml, .svg, .txt and .md files")
	}
	return nil
}

// unpack reads an entry, never more than most bytes of it, whatever it claims to hold.
func unpack(f *zip.File, most int64) ([]byte, error) {
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return nil, refused(f.Name, "it is packed in a way that is not read here")
	}
	tooMuch := refused(f.Name, fmt.Sprintf("it unpacks to more than is allowed (%d bytes a file, %d in all)", MaxFileBytes, MaxArchiveContent))
	if f.UncompressedSize64 > uint64(max(0, most)) {
		return nil, tooMuch
	}
	r, err := f.Open()
	if err != nil {
		return nil, refused(f.Name, "it cannot be read: "+err.Error())
	}
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, refused(f.Name, "it cannot be read: "+err.Error())
	}
	if int64(len(b)) > most {
		return nil, tooMuch
	}
	if len(b) > maxArchiveRatioMin && uint64(len(b)) > maxArchiveRatio*max(1, f.CompressedSize64) {
		return nil, refused(f.Name, fmt.Sprintf("it unpacks to more than %d times its size", maxArchiveRatio))
	}
	return b, nil
}
