"""Writes made-up Chinese customers: customers.py csv COUNT FILE ENCODING, or customers.py xlsx COUNT FILE.

The workbook is written here, not by a library: shared strings by their first use, as Excel has them, in a few seconds a million rows.
"""

import random
import sys
import zipfile

PLACES = "北京 上海 广州 深圳 杭州 南京 成都 武汉 西安 苏州 天津 重庆 青岛 宁波 厦门".split()
WORDS = "海龙 金阳 瑞丰 天成 华信 恒泰 东方 永利 众合 新元 蓝天 嘉禾 鼎盛 安达 百川".split()
TRADES = "化工 科技 贸易 机械 电子 食品 物流 建材 纺织 医药".split()
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰"
COLUMNS = [first + second for first in ["", "A"] for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
NAMES = ["客户编号", "公司名称", "联系人", "手机", "城市", "地址", "建档日期", "备注"]


def customers(count):
    chance = random.Random(7)
    pick = chance.choice
    for number in range(count):
        place = pick(PLACES)
        yield [
            f"KH{number:08d}",
            f"{place}{pick(WORDS)}{pick(WORDS)}{pick(TRADES)}有限公司",
            pick(FAMILIES) + pick(GIVEN) + pick(GIVEN),
            f"1{chance.randrange(3 * 10**9, 10**10)}",
            place,
            f"{place}市{pick(WORDS)}路{chance.randrange(1, 2000)}号{chance.randrange(1, 30)}楼",
            f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
            "" if chance.random() < 0.8 else f"老客户，\"{pick(WORDS)}\"介绍",
        ]


def write_csv(count, path, encoding):
    with open(path, "w", encoding=encoding, newline="") as file:
        file.write(",".join(NAMES) + "\r\n")
        for row in customers(count):
            if row[-1]:
                row[-1] = '"' + row[-1].replace('"', '""') + '"'
            file.write(",".join(row) + "\r\n")


def write_xlsx(count, path):
    strings = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr(
            "xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>')
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            lines = []
            # A sheet has at most 1,048,576 rows: five customers stand in each.
            rows = customers(count)
            lines.append(line(1, [f"{name}{copy}" for copy in range(5) for name in NAMES], strings))
            for number in range(2, count // 5 + 2):
                lines.append(line(number, [cell for _ in range(5) for cell in next(rows)], strings))
                if len(lines) == 10_000:
                    sheet.write("".join(lines).encode())
                    lines = []
            sheet.write("".join(lines).encode() + b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as table:
            table.write(b"<sst>")
            lines = []
            for text in strings:
                lines.append(f"<si><t>{text}</t></si>")
                if len(lines) == 10_000:
                    table.write("".join(lines).encode())
                    lines = []
            table.write("".join(lines).encode() + b"</sst>")


def line(number, row, strings):
    cells = []
    for column, text in zip(COLUMNS, row):
        if text:
            cells.append(f'<c r="{column}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


if sys.argv[1] == "csv":
    write_csv(int(sys.argv[2]), sys.argv[3], sys.argv[4])
else:
    write_xlsx(int(sys.argv[2]), sys.argv[3])
