import Normalization
import Testing

@Suite("Addresses")
struct AddressTests {
  private func places(_ left: Address, _ right: Address) -> Bool {
    left.divisions.contains { mine in right.divisions.contains { mine.isCompatible(with: $0) } }
  }

  @Test(
    "province, city and district may be left out, doubled, shortened or renamed",
    arguments: [
      ("上海市浦东新区世纪大道100号", "上海浦东世纪大道１００号"), ("广东省深圳市南山区科苑路15号", "深圳南山科苑路15#"),
      ("北京市宣武区广安门内大街10号", "北京市西城区广安门内大街10号"), ("江苏省昆山市前进路12号", "苏州昆山前进路12号"),
      ("上海市上海市闸北区大统路8号", "上海静安大统路8号"), ("杭州市萧山市人民路88号", "浙江省杭州市萧山区人民路八十八号"),
      ("北京市市辖区朝阳区建国路88号", "北京市朝阳区建国路88号"), ("杭州市下城区体育场路5号", "杭州拱墅区体育场路5号"),
      ("518000广东省深圳市坪山区上海东路709号", "坪山区上海东路709号"), ("苏州工业园区星湖街328号", "江苏省苏州市星湖街328号"),
    ])
  func samePlace(left: String, right: String) throws {
    let (mine, other) = (try #require(Address(left)), try #require(Address(right)))
    #expect(mine.road == other.road && mine.number == other.number && !mine.road.isEmpty && !mine.number.isEmpty)
    #expect(places(mine, other))
  }

  @Test(
    "the same road in another place is another address",
    arguments: [
      ("重庆市江北区建新路5号", "宁波市江北区建新路5号"), ("北京市朝阳区光明路8号", "辽宁省朝阳市光明路8号"),
      ("成都高新区天府大道99号", "西安市高新区天府大道99号"),
    ])
  func otherPlace(left: String, right: String) throws {
    #expect(!places(try #require(Address(left)), try #require(Address(right))))
  }

  @Test("directions, buildings and rooms are exact")
  func exact() throws {
    #expect(try #require(Address("南京市中山路18号")).road != (try #require(Address("南京市中山北路18号")).road))
    let tower = try #require(Address("建国路88号华业大厦A座1201"))
    #expect(tower.building == "a" && tower.unit == "1201" && tower.floor == "12" && tower.words == ["华业大厦"])
    #expect(try #require(Address("建国路88号华业大厦B座1201")).building == "b")
    #expect(try #require(Address("天山路8弄3号501室")).building == "3")
    #expect(try #require(Address("淮海街407号2幢23F-18")).unit == (try #require(Address("淮海街407号2栋2318室")).unit))
    #expect(try #require(Address("淮海街407号2幢18层")).floor == "18")
  }

  @Test("zones and towns stand apart from the road")
  func zones() throws {
    let zone = try #require(Address("成都高新技术产业开发区天府大道99号"))
    #expect(zone.zone == "高新区" && zone.road == "天府大道")
    let town = try #require(Address("东莞虎门新华路175号"))
    #expect(town.roadTail == "新华路")
    #expect(try #require(Address("东莞市虎门镇新华路175号")).road == "新华路")
    #expect(try #require(Address("中山北路1号")).roadTail != (try #require(Address("中山路1号")).roadTail))
  }

  @Test(
    "western addresses have a number, a street, a unit and a postcode",
    arguments: [
      ("27 Washington Oak Park IL 60302", "27", "washington oak pk", "", "60302"), ("221 E. 51st St.", "221", "e 51 st", "", ""),
      ("435 s. la cienega blv.", "435", "s la cienega blvd", "", ""), ("7 claude la.", "7", "claude ln", "", ""),
      ("unit 3 / 45 smith st legacy vlge", "45", "smith st", "3", ""),
      ("3/45 Smith Street, Brighton 5074 SA", "45", "smith st", "3", "5074"),
      ("12 High Street, London SW1A 1AA", "12", "high st", "", "sw1a1aa"), ("Hauptstraße 5, 10115 Berlin", "5", "hauptstrase", "", "10115"),
      ("1 Main St Apt 4B, New York, NY 10001-1234", "1", "main st", "4b", "10001"),
      ("5534 S. St Louis Ave", "5534", "s saint louis ave", "", ""),
      ("2450 Broadway between 90th and 91st Sts.", "2450", "broadway", "", ""),
      ("8938-40 S. Cottage Grove", "8938", "s cottage grv", "", ""),
      ("107, legacy vlge, greenhood place", "107", "greenhood pl", "", ""), ("124 E. 113 St.", "124", "e 113 st", "", ""),
      ("3901 South State Street 1st Floor", "3901", "s state st", "1", ""), ("2710 S.Dearborn", "2710", "s dearborn", "", ""),
    ])
  func western(text: String, number: String, street: String, unit: String, postcode: String) throws {
    let address = try #require(Address(text))
    #expect(address.number == number)
    #expect(address.streetWords.joined(separator: " ") == street)
    #expect(address.unit == unit)
    #expect(address.postcode == postcode)
  }

  @Test(
    "a Chinese address in Latin letters meets the one in characters",
    arguments: [
      ("No.88 Jianguo Road, Chaoyang District, Beijing", "北京市朝阳区建国路88号"),
      ("18 Zhongshan North Road, Nanjing, Jiangsu, China", "南京市中山北路18号"),
      ("Room 1201, Building A, No. 15 Keyuan Lu, Nanshan District, Shenzhen", "深圳南山科苑路15号A座1201"),
      ("8 Jiefang Dong Lu, Xi'an, Shaanxi", "西安市解放东路8号"), ("No. 5 Beijing Road, Chongqing", "重庆市北京路5号"),
    ])
  func roman(latin: String, chinese: String) throws {
    let (mine, other) = (try #require(Address(latin)), try #require(Address(chinese)))
    #expect(mine.roadSound == other.roadSound && !mine.roadSound.isEmpty)
    #expect(mine.number == other.number)
    #expect(places(mine, other))
  }

  @Test(
    "towns elsewhere are in no Chinese division",
    arguments: ["12 High Street, London", "27 Washington Oak Park IL 60302", "5 Main St, Lima OH"])
  func elsewhere(text: String) throws { #expect(try #require(Address(text)).divisions.isEmpty) }

  @Test("what cannot be an address is none", arguments: ["", "a", "..", "  ", "，，"])
  func nothing(text: String) { #expect(Address(text) == nil) }

  @Test("any text is taken without harm")
  func anything() {
    var generator = SeededGenerator(seed: 7)
    let pieces = [
      "号", "路", "12", "#", "-", "a", "座", "北京", "市", "区", "一", "十", "/", ",", " ", "st", "apt", "unit", "楼", "f", "单", "之", "no", ".",
    ]
    for _ in 0..<3_000 {
      let text = (0..<Int.random(in: 1...12, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined()
      if let address = Address(text) { #expect(address.isChinese || !address.words.isEmpty, "seed 7: \(text)") }
    }
  }
}
