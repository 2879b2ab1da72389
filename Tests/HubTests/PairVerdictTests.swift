import Hub
import Model
import Testing

/// What a careful clerk would say of two values with nothing else to go by.
@Suite struct PairVerdictTests {
  typealias Case = (kind: String, context: String, one: String, other: String, verdict: PairVerdicts.Verdict)

  static let cases: [Case] =
    [
      ("phone", "", "+86 139-1234-5678", "139 1234 5678", .same),
      ("phone", "", "008613912345678", "13912345678", .same),
      ("phone", "", "400-820-8820", "4008208820", .same),
      ("phone", "", "139****5678", "13912345678", .possible),
      ("phone", "", "139****5678", "13812345679", .different),
      ("phone", "", "13912345678", "13912345679", .different),
      ("phone", "", "010-62345678", "010-62345678转801", .same),
      ("phone", "", "010-62345678-801", "010-62345678-802", .possible),
      ("phone", "", "13912345678 13712345678", "13712345678", .same),
      ("phone", "", "1391234567", "13912345678", .possible),
      ("phone", "", "12345678", "12345678", .different),
      ("phone", "", "手机：13912345678（张总）", "13912345678", .same),
      ("address", "", "杭州市西湖区文三路90号", "杭州市西湖区文三路90号东部软件园1号楼", .possible),
      ("address", "", "上海市徐汇区漕溪北路18号2楼", "上海市徐汇区漕溪北路18号3楼", .different),
      ("address", "", "北京市海淀区中关村大街1号", "北京海淀中关村大街1号", .same),
      ("address", "", "中山路12弄3号", "中山路12弄5号", .different),
      ("address", "", "广东省中山市中山路8号", "南京市中山路8号", .different),
      ("address", "", "深圳市福田区深南大道6008号", "Shennan Blvd 6008, Futian District, Shenzhen", .same),
      ("address", "", "无", "无", .different),
      ("address", "", "浙江省杭州市", "杭州市", .same),
      ("email", "", "zhangwei@huaxin.com", "zhangwei@huaxin.com.cn", .possible),
      ("email", "", "zhangwei@huaxin.com", "lina@huaxin.com", .different),
      ("email", "", "zhangwei@gmial.com", "zhangwei@gmail.com", .possible),
      ("email", "", "z***@huaxin.com", "zhangwei@huaxin.com", .possible),
      ("email", "", "noreply@taobao.com", "noreply@taobao.com", .different),
      ("email", "", "mailto:Li@huaxin.com", "li@huaxin.com", .same),
      ("credit_code", "", "91110108MA01ABCD5T", "MA01ABCD5", .same),
      ("credit_code", "", "9111 0108 MA01 ABCD 5T", "91110108ma01abcd5t", .same),
      ("credit_code", "", "000000000000000000", "000000000000000000", .different),
      ("company", "", "上海锦程物流有限公司（原上海通达货运有限公司）", "上海通达货运有限公司", .same),
      ("company", "", "上海锦程物流有限公司虹桥店", "上海锦程物流有限公司", .different),
      ("company", "", "成都市青羊区好味道餐厅", "成都市青羊区好味道餐厅", .same),
      ("company", "", "沙县小吃", "沙县小吃", .possible),
      ("company", "同一手机号", "华信", "北京华信科技有限公司", .same),
      ("company", "same phone", "北京天和物流有限公司", "北京华信科技有限公司", .different),
      ("company", "", "Acme Trading Ltd", "ACME TRADING LIMITED", .same),
      ("company", "", "Acme Trading Ltd", "Acme Logistics Ltd", .different),
      ("company", "同一地址", "北京华信科技有限公司", "华信科技", .same),
      ("company", "", "北京华信科技有限公司", "北京华信科技股份有限公司", .possible),
      ("company", "", "天津市第三中学", "天津市第四中学", .different),
      ("company", "", "北京华信科技有限公司", "华信科技", .possible),
      ("person", "", "欧阳娜娜", "欧阳娜娜", .possible),
      ("person", "同一手机号", "张伟", "张总", .same),
      ("person", "同一公司", "张伟", "张总", .possible),
      ("person", "同一手机号", "陈先生", "陈女士", .different),
      ("person", "same company", "Wei Zhang", "张伟", .possible),
      ("person", "同一公司", "Xiaoming Wang", "王晓明", .same),
      ("person", "同一手机号", "老张", "张伟", .same),
      ("person", "同一公司", "欧阳明", "欧阳明（销售部）", .same),
      ("person", "同一公司", "王伟", "李伟", .different),
      ("person", "same phone", "Bob Smith", "Robert Smith", .same),
      ("person", "same company", "J. Smith", "John Smith", .possible),
      ("person", "", "张伟", "李娜", .different),
      ("person", "同一微信号", "Kevin Wang", "王凯文", .same),
      ("record", "", "上海锦程物流有限公司 | 李明 | 13712345678", "锦程物流 | 13712345678", .same),
      ("record", "", "李明 | 13712345678", "李明 | 13712345678 | 上海市徐汇区漕溪北路18号", .same),
      ("record", "", "旺旺 abc123 | 李明", "旺旺 abc123 | 王芳", .same),
      ("record", "", "张伟 | zhangwei@huaxin.com", "北京华信科技有限公司 | zhangwei@huaxin.com | 联系人张伟", .possible),
      ("record", "", "李强 | 上海市徐汇区漕溪北路18号501室 | 13712345678", "王娟 | 上海市徐汇区漕溪北路18号501室 | 13712345678", .different),
      ("record", "", "北京华信科技有限公司 | 税号 91110108MA01ABCD5T", "华信软件 | 91110108MA01ABCD5T", .same),
      ("record", "", "微信 小雨 | 13712345678", "张小雨 | 13712345678", .same),
      ("record", "", "张女士 | 13712345678", "张小雨 | 13712345678", .same),
      ("company", "", "北京华信科技有限公司", "北京华信科枝有限公司", .possible),
      ("company", "", "Beijing Huaxin Technology Co Ltd", "北京华信商贸有限公司", .different),
      ("company", "", "潮州市湘桥区恒达五金店", "潮州市湘桥区恒大五金店", .possible),
      ("address", "", "天河区体育西路101号", "广州市天河区体育西路101号", .same),
      ("address", "", "北京市朝阳区建国路88号", "北京市朝阳区建国路89号", .different),
      ("address", "", "北京市朝阳区建国路88号", "北京市朝阳区建国路甲88号", .different),
    ]

  @Test("pairs of every kind", arguments: cases.indices)
  func verdict(place: Int) throws {
    let pair = Self.cases[place]
    let kind = try #require(PairVerdicts.Kind(rawValue: pair.kind))
    let place: Comment = "\(pair.kind) \(pair.context): \(pair.one) and \(pair.other)"
    #expect(PairVerdicts.verdict(kind, pair.one, pair.other, context: pair.context) == pair.verdict, place)
    #expect(PairVerdicts.verdict(kind, pair.other, pair.one, context: pair.context) == pair.verdict, place)
  }

  @Test("a table of pairs is read by its columns, and answered in its order")
  func table() throws {
    let bytes = Array("note,b,a,kind,pair\n,13700000001,+86 137 0000 0001,phone,x\n,散客,散客,company,y\n".utf8)
    let pairs = try PairVerdicts.read(bytes)
    #expect(pairs.map(\.name) == ["x", "y"])
    #expect(pairs.map(\.verdict) == [.same, .different])
  }

  @Test("a kind that does not exist, and a column that is missing, are named")
  func faults() {
    let kind = #expect(throws: Fault.self) { try PairVerdicts.read(Array("pair,kind,a,b\n1,colour,red,blue\n".utf8)) }
    #expect(kind?.code == "pair-kind-unknown")
    let column = #expect(throws: Fault.self) { try PairVerdicts.read(Array("pair,kind,a\n1,phone,1\n".utf8)) }
    #expect(column?.code == "pair-column-missing")
  }
}
