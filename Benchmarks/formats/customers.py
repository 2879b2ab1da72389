"""Writes made-up Chinese customers as CSV: customers.py COUNT FILE ENCODING."""

import random
import sys

PLACES = "北京 上海 广州 深圳 杭州 南京 成都 武汉 西安 苏州 天津 重庆 青岛 宁波 厦门".split()
WORDS = "海龙 金阳 瑞丰 天成 华信 恒泰 东方 永利 众合 新元 蓝天 嘉禾 鼎盛 安达 百川".split()
TRADES = "化工 科技 贸易 机械 电子 食品 物流 建材 纺织 医药".split()
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰"
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


if __name__ == "__main__":
    write_csv(int(sys.argv[1]), sys.argv[2], sys.argv[3])
