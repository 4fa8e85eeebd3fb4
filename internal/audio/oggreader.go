package audio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// prerollSamples is what a decoder needs to hear before a point to be right at it (RFC 7845, 4.6: 80 ms).
const prerollSamples = 80 * practice.SampleRateOut / 1000

// maxHole bounds the silence put in for missing pages, in samples at 48 kHz (an hour): a broken page must not make
// a file endless.
const maxHole = 3600 * practice.SampleRateOut

// OggReader plays an Ogg/Opus file as 48 kHz PCM. A file that was cut off ends at its last whole page; a damaged page
// is silence of its length.
type OggReader struct {
	r        io.ReadSeeker
	crc      *crcTable
	dec      *OpusDecoder
	channels int
	preSkip  int64
	tags     []string
	index    []pageRef
	length   int64 // samples a channel, without pre-skip
	cut      bool

	page    int      // next page of the index to be read
	packets [][]byte // of the page at work
	buf     []byte
	at      int64   // position of the next decoded sample, pre-skip included
	pcm     []int16 // decoded, not yet handed out
	store   []int16
	skip    int64 // samples a channel to be dropped before handing out
	pos     int64 // position of the next sample handed out
}

type pageRef struct {
	offset int64
	size   int
	start  int64 // samples a channel before the page's first packet, pre-skip included
	end    int64
}

// OpenOgg reads the headers and finds the pages. It fails with ErrInvalid on anything that is not Ogg/Opus of one or
// two channels, and with the reader's error when it cannot be read.
func OpenOgg(r io.ReadSeeker) (*OggReader, error) {
	o := &OggReader{r: r, crc: newCRCTable(), store: make([]int16, 2*MaxOpusSamples)}
	if err := o.scan(); err != nil {
		return nil, err
	}
	dec, err := NewOpusDecoder(practice.SampleRateOut, o.channels)
	if err != nil {
		return nil, err
	}
	o.dec = dec
	if err := o.SeekTo(0); err != nil {
		return nil, err
	}
	return o, nil
}

// scan walks over all pages once.
func (o *OggReader) scan() error {
	if _, err := o.r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("audio: read ogg: %w", err)
	}
	var (
		buf    []byte
		offset int64 // of buf[0]
		eof    bool
		stage  int
		serial uint32
		last   bool
		chunk  = make([]byte, 64<<10)
	)
	for {
		for !eof && len(buf) < maxPageBytes {
			n, err := o.r.Read(chunk)
			buf = append(buf, chunk[:n]...)
			if err == io.EOF { //nolint:errorlint // a Reader returns io.EOF itself
				eof = true
			} else if err != nil {
				return fmt.Errorf("audio: read ogg: %w", err)
			}
		}
		if len(buf) == 0 {
			break
		}
		p, size := parsePage(buf, o.crc)
		if size == 0 { // no page here: look for the next one
			skip := bytes.Index(buf[1:], []byte("OggS"))
			if skip < 0 {
				if eof {
					break
				}
				skip = len(buf) - 5
			}
			buf, offset = buf[skip+1:], offset+int64(skip+1)
			continue
		}
		switch {
		case stage == 0:
			if err := o.head(p); err != nil {
				return err
			}
			serial, stage = p.serial, 1
		case p.serial != serial: // another stream; not ours
		case stage == 1:
			o.comments(p)
			stage = 2
		default:
			o.addPage(p, offset, size)
			last = p.flags&flagLast != 0
		}
		buf, offset = buf[size:], offset+int64(size)
	}
	if stage == 0 {
		return fmt.Errorf("audio: not an Ogg/Opus file: %w", practice.ErrInvalid)
	}
	o.cut = !last
	return nil
}

func (o *OggReader) head(p page) error {
	if len(p.packets) != 1 || len(p.packets[0]) < 19 || string(p.packets[0][:8]) != "OpusHead" {
		return fmt.Errorf("audio: not an Ogg/Opus file: %w", practice.ErrInvalid)
	}
	h := p.packets[0]
	o.channels = int(h[9])
	o.preSkip = int64(binary.LittleEndian.Uint16(h[10:]))
	if h[8]>>4 != 0 || o.channels < 1 || o.channels > 2 || h[18] != 0 {
		return fmt.Errorf("audio: Ogg/Opus with %d channels and mapping %d: only mono and stereo can be read: %w", o.channels, h[18], practice.ErrInvalid)
	}
	return nil
}

// comments keeps what can be read of the comment header.
func (o *OggReader) comments(p page) {
	if len(p.packets) == 0 || !bytes.HasPrefix(p.packets[0], []byte("OpusTags")) {
		return
	}
	b := p.packets[0][8:]
	str := func() (string, bool) {
		if len(b) < 4 {
			return "", false
		}
		n := int64(binary.LittleEndian.Uint32(b))
		if n > int64(len(b)-4) {
			return "", false
		}
		s := string(b[4 : 4+n])
		b = b[4+n:]
		return s, true
	}
	if _, ok := str(); !ok || len(b) < 4 {
		return
	}
	b = b[4:]
	for {
		s, ok := str()
		if !ok {
			return
		}
		o.tags = append(o.tags, s)
	}
}

// addPage puts a page into the index. Pages that go back in time, or say nothing, are left out.
func (o *OggReader) addPage(p page, offset int64, size int) {
	if p.granule == noGranule || p.granule > 1<<62 {
		return
	}
	var held int64
	for _, k := range p.packets {
		if n, err := OpusSamples(k, practice.SampleRateOut); err == nil {
			held += int64(n)
		}
	}
	var before int64
	if n := len(o.index); n > 0 {
		before = o.index[n-1].end
	}
	end := int64(p.granule)
	start := end - held
	if p.flags&flagLast != 0 || len(o.index) == 0 { // its end may be trimmed: it follows on
		start = max(start, before)
	}
	if start < before || end < before || end-before > maxHole || held == 0 && p.flags&flagLast == 0 {
		return
	}
	o.index = append(o.index, pageRef{offset: offset, size: size, start: start, end: end})
	o.length = max(0, end-o.preSkip)
}

// Channels is 1 or 2.
func (o *OggReader) Channels() int { return o.channels }

// Len is the number of samples a channel, at 48 kHz.
func (o *OggReader) Len() int64 { return o.length }

// Duration is Len as time.
func (o *OggReader) Duration() time.Duration {
	return time.Duration(o.length) * time.Second / practice.SampleRateOut
}

// Cut tells that the file has no end page: whoever wrote it was stopped.
func (o *OggReader) Cut() bool { return o.cut }

// Tags are the file's comments, such as "SYNTHETIC_SPEECH=right".
func (o *OggReader) Tags() []string { return o.tags }

// SeekTo makes sample (of a channel, at 48 kHz) the next one to be read; a position outside is moved to the nearest end.
func (o *OggReader) SeekTo(sample int64) error {
	sample = min(max(sample, 0), o.length)
	from := max(0, sample+o.preSkip-prerollSamples)
	o.page = max(0, sort.Search(len(o.index), func(i int) bool { return o.index[i].end > from }))
	o.at = 0
	if o.page > 0 {
		o.at = o.index[o.page-1].end
	}
	dec, err := NewOpusDecoder(practice.SampleRateOut, o.channels)
	if err != nil {
		return err
	}
	o.dec, o.packets, o.pcm = dec, nil, nil
	o.pos = sample
	o.skip = sample + o.preSkip - o.at
	return nil
}

// Read fills pcm with interleaved samples and returns how many it wrote (a multiple of Channels). At the end it
// returns 0 and io.EOF.
func (o *OggReader) Read(pcm []int16) (int, error) {
	n := 0
	for n+o.channels <= len(pcm) && o.pos < o.length {
		if len(o.pcm) == 0 {
			if err := o.decode(); err != nil {
				return n, err
			}
			continue
		}
		k := min(len(o.pcm), (len(pcm)-n)/o.channels*o.channels, int(min(o.length-o.pos, 1<<30))*o.channels)
		copy(pcm[n:], o.pcm[:k])
		o.pcm = o.pcm[k:]
		o.pos += int64(k / o.channels)
		n += k
	}
	if n == 0 && len(pcm) >= o.channels {
		return 0, io.EOF
	}
	return n, nil
}

// decode makes some more sound, or silence where a page is missing.
func (o *OggReader) decode() error {
	if len(o.packets) == 0 {
		if o.page >= len(o.index) { // only reached when the last packets could not be decoded
			o.emit(o.length + o.preSkip - o.at)
			return nil
		}
		ref := o.index[o.page]
		if ref.start > o.at {
			o.emit(ref.start - o.at)
			return nil
		}
		if err := o.load(ref); err != nil {
			return err
		}
		o.page++
		return nil
	}
	packet := o.packets[0]
	o.packets = o.packets[1:]
	n, err := OpusSamples(packet, practice.SampleRateOut)
	if err != nil {
		return nil //nolint:nilerr // a damaged packet is silence, put in with the next page
	}
	out := o.store[:n*o.channels]
	if _, err := o.dec.Decode(packet, out); err != nil {
		clear(out)
	}
	o.take(out)
	return nil
}

// load reads a page's packets.
func (o *OggReader) load(ref pageRef) error {
	if cap(o.buf) < ref.size {
		o.buf = make([]byte, maxPageBytes)
	}
	o.buf = o.buf[:ref.size]
	if _, err := o.r.Seek(ref.offset, io.SeekStart); err != nil {
		return fmt.Errorf("audio: read ogg: %w", err)
	}
	if _, err := io.ReadFull(o.r, o.buf); err != nil {
		return fmt.Errorf("audio: read ogg: %w", err)
	}
	p, size := parsePage(o.buf, o.crc)
	if size == 0 {
		return nil // changed since it was opened: silence
	}
	o.packets = p.packets
	return nil
}

// emit puts in up to 120 ms of silence.
func (o *OggReader) emit(n int64) {
	n = max(1, min(n, MaxOpusSamples))
	out := o.store[:n*int64(o.channels)]
	clear(out)
	o.take(out)
}

// take moves the clock on by decoded sound and drops what stands before the wanted position.
func (o *OggReader) take(out []int16) {
	n := int64(len(out) / o.channels)
	o.at += n
	d := min(o.skip, n)
	o.skip -= d
	o.pcm = out[d*int64(o.channels):]
}
