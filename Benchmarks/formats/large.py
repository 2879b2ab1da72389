"""Writes a large file to read: large.py csv|gb18030|xml|xlsx MEGABYTES FILE.

The same made-up customers come again and again: a reader that works in bounded memory cannot tell, and the file is there in seconds.
The workbook has a sheet of 40 columns, half of them numbers and half of them texts from a table of shared strings.
"""

import itertools
import random
import struct
import sys
import zlib

from customers import NAMES, customers


def repeated(file, start, block, end, size):
    file.write(start)
    for _ in range((size - len(start) - len(end)) // len(block)):
        file.write(block)
    file.write(end)


def write_csv(file, size, encoding):
    rows = ["".join('"' + cell.replace('"', '""') + '",' if '"' in cell else cell + "," for cell in row)[:-1] for row in customers(100_000)]
    repeated(file, (",".join(NAMES) + "\r\n").encode(encoding), ("\r\n".join(rows) + "\r\n").encode(encoding), b"", size)


def write_xml(file, size):
    names = ["id", "company", "contact", "phone", "city", "address", "created", "note"]
    block = []
    for row in customers(100_000):
        cells = "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(names, row))
        block.append(f"  <customer>{cells}</customer>\n")
    start = b'<?xml version="1.0" encoding="UTF-8"?>\n<customers>\n'
    repeated(file, start, "".join(block).encode(), b"</customers>\n", size)


class Zip:
    """A zip file whose entries may repeat a piece that is compressed once."""

    def __init__(self, file):
        self.file, self.directory, self.count = file, b"", 0

    def add(self, name, start, piece=b"", times=0, end=b""):
        offset, crc, length = self.file.tell(), 0, 0
        self.file.write(struct.pack("<4s5H3I2H", b"PK\3\4", 45, 8, 8, 0, 0, 0, 0, 0, len(name), 0) + name.encode())
        begin = self.file.tell()
        whole = itertools.chain([start], itertools.repeat(piece, times), [end])
        for part in whole:
            crc, length = zlib.crc32(part, crc), length + len(part)
        # Behind a full flush nothing refers to what is in front of it.
        deflate = lambda part: (lambda c: c.compress(part) + c.flush(zlib.Z_FULL_FLUSH))(zlib.compressobj(1, zlib.DEFLATED, -15))
        self.file.write(deflate(start))
        compressed = deflate(piece)
        for _ in range(times):
            self.file.write(compressed)
        last = zlib.compressobj(1, zlib.DEFLATED, -15)
        self.file.write(last.compress(end) + last.flush())
        size = self.file.tell() - begin
        self.file.write(struct.pack("<4sI2Q", b"PK\7\10", crc, size, length))
        extra = struct.pack("<2H3Q", 1, 24, length, size, offset)
        full = 0xFFFFFFFF
        self.directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 45, 45, 8, 8, 0, 0, crc, full, full, len(name), len(extra), 0, 0, 0, 0, full) + name.encode() + extra
        self.count += 1

    def close(self):
        at = self.file.tell()
        end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, self.count, self.count, len(self.directory), at)
        locator = struct.pack("<4sIQI", b"PK\6\7", 0, at + len(self.directory), 1)
        last = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, self.count, self.count, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        self.file.write(self.directory + end + locator + last)


def write_xlsx(file, size):
    chance = random.Random(7)
    texts = [f"{row[1]}{number}" for number, row in enumerate(customers(400_000))]
    rows = []
    for _ in range(400):
        cells = []
        for _ in range(20):
            cells.append(f'<c t="s"><v>{chance.randrange(len(texts))}</v></c><c><v>{chance.randrange(10**14)}</v></c>')
        rows.append(f"<row>{''.join(cells)}</row>")
    block = "".join(rows).encode()
    compressed = len(zlib.compress(block, 1))
    book = Zip(file)
    book.add("[Content_Types].xml", b"<Types/>")
    book.add("xl/workbook.xml", b'<workbook xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>')
    book.add(
        "xl/_rels/workbook.xml.rels",
        b'<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
    book.add("xl/sharedStrings.xml", ("<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>").encode())
    head = "".join(f'<c t="inlineStr"><is><t>column {number}</t></is></c>' for number in range(40))
    # A sheet has at most 1,048,576 rows.
    times = min((size - file.tell()) // compressed, 1_048_000 // 400)
    book.add("xl/worksheets/sheet1.xml", f"<worksheet><sheetData><row>{head}</row>".encode(), block, times, b"</sheetData></worksheet>")
    book.close()


kind, size = sys.argv[1], int(sys.argv[2]) * 1_000_000
with open(sys.argv[3], "wb") as file:
    if kind == "xml":
        write_xml(file, size)
    elif kind == "xlsx":
        write_xlsx(file, size)
    else:
        write_csv(file, size, "utf-8" if kind == "csv" else kind)
