"""The invented county: its townships, villages, people and offices, as the csv that `portal places load` reads.

Codes begin with 99, which no province has; every name is made from syllables drawn by the seed.
"""

import random
from dataclasses import dataclass, field

COUNTY_CODE = "990101"
COUNTY_NAME = "青禾县"
_TOWNSHIPS = ("云麓镇", "杏滩镇", "石鼓坪乡", "半月湾镇", "雁落乡")
_VILLAGE_HEADS = (
    "梧桐 月亮 白鹭 石榴 向阳 清泉 双井 望山 竹影 芦花 金穗 桂香 "
    "柿子 长堤 磨盘 燕窝 泉眼 枫林 麦浪 桑园 榆钱 藕塘 栗坡 槐荫"
)
_VILLAGE_TAILS = "村 湾村 坪村 岭村 垭村"
_SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹柏章苏潘葛范彭鲁韦马方任袁柳"
_GIVEN = "春明国强秀英桂兰志远建军玉珍海燕文华德胜小梅永福立新凤霞长贵水生爱民金花根宝素芬庆丰巧云"


@dataclass(frozen=True)
class Village:
    """One invented village. `people` are villagers who receive wages or lost-work pay."""

    code: str
    name: str
    township: str
    township_name: str
    population: int
    officers: dict[str, str]
    people: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    officers: dict[str, str]


@dataclass(frozen=True)
class County:
    code: str
    name: str
    officers: dict[str, str]
    townships: list[Township]
    villages: list[Village]


def invent(villages: int, seed: int) -> County:
    """A county of `villages` villages in one township per eight of them (at least one, at most five)."""
    draw = random.Random(f"county {seed}")
    names = _Names(draw)
    count = max(1, min(len(_TOWNSHIPS), -(-villages // 8)))
    townships = [
        Township(
            f"{COUNTY_CODE}1{n:02d}000",
            _TOWNSHIPS[n],
            {"township": names.person(), "agency_bookkeeper": names.person()},
        )
        for n in range(count)
    ]
    made: list[Village] = []
    for n in range(villages):
        township = townships[n * count // villages]
        inside = sum(village.township == township.code for village in made)
        made.append(
            Village(
                code=f"{township.code[:9]}{201 + inside:03d}",
                name=names.village(n),
                township=township.code,
                township_name=township.name,
                population=draw.randrange(420, 2600),
                officers={role: names.person() for role in ("bookkeeper", "head", "secretary", "committee")},
                people=[names.person() for _ in range(14)],
            )
        )
    if villages > 1:
        made[1].officers["bookkeeper"] = made[0].officers["bookkeeper"]
    officers = {role: names.person() for role in ("county", "inspector", "administrator")}
    return County(f"{COUNTY_CODE}000000", COUNTY_NAME, officers, townships, made)


class _Names:
    """Draws names and gives none twice."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.used: set[str] = set()

    def person(self) -> str:
        while True:
            given = "".join(self.draw.sample(_GIVEN, self.draw.choice((1, 2, 2, 2))))
            name = self.draw.choice(_SURNAMES) + given
            if name not in self.used:
                self.used.add(name)
                return name

    def village(self, n: int) -> str:
        heads, tails = _VILLAGE_HEADS.split(), _VILLAGE_TAILS.split()
        turn, index = divmod(n, len(heads))
        return heads[index] + (tails[turn % len(tails)] if turn or index else "村")
