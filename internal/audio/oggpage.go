package audio

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Ogg pages (RFC 3533). Packets never run from one page into the next here, so that a file cut anywhere is readable
// up to its last whole page.
const (
	pageHeader   = 27
	maxSegments  = 255
	maxPageBytes = pageHeader + maxSegments + maxSegments*255
	flagContinue = 1
	flagFirst    = 2
	flagLast     = 4
)

// noGranule marks a page on which no packet ends.
const noGranule = ^uint64(0)

// crcTable is the table of Ogg's CRC: polynomial 0x04c11db7, most significant bit first.
type crcTable [256]uint32

func newCRCTable() *crcTable {
	t := new(crcTable)
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}

func (t *crcTable) sum(crc uint32, b []byte) uint32 {
	for _, c := range b {
		crc = crc<<8 ^ t[byte(crc>>24)^c]
	}
	return crc
}

// pageWriter gathers packets into pages and writes each page with one call of Write.
type pageWriter struct {
	w       io.Writer
	crc     *crcTable
	serial  uint32
	seq     uint32
	granule uint64 // of the last packet gathered
	flags   byte
	lacing  []byte
	body    []byte
	page    []byte
}

func newPageWriter(w io.Writer, serial uint32) *pageWriter {
	return &pageWriter{w: w, crc: newCRCTable(), serial: serial, flags: flagFirst, lacing: make([]byte, 0, maxSegments), body: make([]byte, 0, 16<<10), page: make([]byte, 0, 16<<10)}
}

// add gathers a packet that ends at granule, first writing out the page when the packet does not fit it.
func (p *pageWriter) add(packet []byte, granule uint64) error {
	segments := len(packet)/255 + 1
	if segments > maxSegments {
		return fmt.Errorf("audio: ogg packet of %d bytes: %w", len(packet), practice.ErrInvalid)
	}
	if len(p.lacing)+segments > maxSegments {
		if err := p.flush(); err != nil {
			return err
		}
	}
	for range segments - 1 {
		p.lacing = append(p.lacing, 255)
	}
	p.lacing = append(p.lacing, byte(len(packet)%255))
	p.body = append(p.body, packet...)
	p.granule = granule
	return nil
}

// flush writes the gathered packets as one page; none gathered: nothing to do, unless it is the last page.
func (p *pageWriter) flush() error {
	if len(p.lacing) == 0 && p.flags&flagLast == 0 {
		return nil
	}
	b := append(p.page[:0], "OggS\x00"...)
	b = append(b, p.flags)
	b = binary.LittleEndian.AppendUint64(b, p.granule)
	b = binary.LittleEndian.AppendUint32(b, p.serial)
	b = binary.LittleEndian.AppendUint32(b, p.seq)
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = append(b, byte(len(p.lacing))) //nolint:gosec // at most 255
	b = append(b, p.lacing...)
	b = append(b, p.body...)
	binary.LittleEndian.PutUint32(b[22:], p.crc.sum(0, b))
	p.page, p.lacing, p.body, p.flags = b, p.lacing[:0], p.body[:0], 0
	p.seq++
	if _, err := p.w.Write(b); err != nil {
		return fmt.Errorf("audio: write ogg page: %w", err)
	}
	return nil
}

// page is one page as read.
type page struct {
	flags   byte
	granule uint64
	serial  uint32
	packets [][]byte // whole packets that end on this page, one begun on an earlier page left out
}

// parsePage reads the page at the start of b. It returns its length in bytes; 0 when b holds no whole, sound page there.
func parsePage(b []byte, crc *crcTable) (page, int) {
	if len(b) < pageHeader || string(b[:5]) != "OggS\x00" {
		return page{}, 0
	}
	segments := int(b[26])
	if len(b) < pageHeader+segments {
		return page{}, 0
	}
	lacing := b[pageHeader : pageHeader+segments]
	size := pageHeader + segments
	for _, l := range lacing {
		size += int(l)
	}
	if len(b) < size {
		return page{}, 0
	}
	var zero [4]byte
	sum := crc.sum(crc.sum(crc.sum(0, b[:22]), zero[:]), b[26:size])
	if sum != binary.LittleEndian.Uint32(b[22:]) {
		return page{}, 0
	}
	p := page{flags: b[5], granule: binary.LittleEndian.Uint64(b[6:]), serial: binary.LittleEndian.Uint32(b[14:])}
	at, start := pageHeader+segments, pageHeader+segments
	skip := p.flags&flagContinue != 0
	for _, l := range lacing {
		at += int(l)
		if l == 255 {
			continue
		}
		if !skip {
			p.packets = append(p.packets, b[start:at])
		}
		skip, start = false, at
	}
	return p, size
}
