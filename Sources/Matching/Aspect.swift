/// One thing that a comparison of two records looks at. Each gives one level; the levels of pairs are what training counts.
public enum Aspect: UInt8, Hashable, Sendable, CaseIterable {
  case identifier, phone, email
  case brand, industry, region, branch, kind
  case surname, given
  case place, street, unit, postcode
  case birthDate
  case column0, column1, column2, column3, column4, column5, column6

  /// How many columns of a table can be compared that are no attribute of a customer.
  public static let columnCount = 7

  /// - Parameter number: 0 up to ``columnCount``; higher ones are the last.
  public static func column(_ number: Int) -> Aspect {
    Aspect(rawValue: column0.rawValue + UInt8(min(number, columnCount - 1))) ?? .column6
  }

  /// The feature whose evidence it is a part of.
  public var feature: Feature {
    switch self {
    case .identifier: .identifiers
    case .phone: .phones
    case .email: .emails
    case .brand: .organisations
    case .industry, .region, .branch, .kind: .structures
    case .surname, .given: .persons
    case .place, .street, .unit, .postcode: .addresses
    case .birthDate: .birthDates
    default: Feature(rawValue: Feature.column0.rawValue + rawValue - Aspect.column0.rawValue) ?? .column0
    }
  }

  /// Its levels, by rank from 1 on; rank 0 is "nothing to compare".
  public var levels: [Level] {
    let family = min(rawValue, Aspect.column0.rawValue)
    return Level.allCases.filter { $0.rawValue >> 4 == family }
  }
}

/// How two values agree or disagree: the upper half of the raw value is the aspect (all columns share one), the lower half
/// the rank within it.
public enum Level: UInt8, Hashable, Sendable, CaseIterable {
  case sameCreditCode = 0x01
  case sameOrganisationCode = 0x02
  case sameUncheckedCode = 0x03
  case sameSocialID = 0x04
  case sameBankAccount = 0x05
  case sameOtherID = 0x06
  case nearID = 0x07
  case otherIDDiffers = 0x08
  case sameMobile = 0x11
  case sameLandline = 0x12
  case sameServiceNumber = 0x13
  case sameLocalNumber = 0x14
  case nearPhone = 0x15
  case phoneDiffers = 0x16
  case sameEmail = 0x21
  case sameRoleEmail = 0x22
  case nearEmail = 0x23
  case sameDomain = 0x24
  case sameLocalPart = 0x25
  case emailDiffers = 0x26
  case sameBrand = 0x31
  case brandSoundsSame = 0x32
  case brandNear = 0x33
  case brandContains = 0x34
  case brandAbbreviates = 0x35
  case brandRendered = 0x36
  case brandOverlaps = 0x37
  case unmarkedBrandDiffers = 0x38
  case brandDiffers = 0x39
  case sameIndustry = 0x41
  case industryContains = 0x42
  case industryDiffers = 0x43
  case sameRegion = 0x51
  case regionDiffers = 0x52
  case sameBranch = 0x61
  case branchDiffers = 0x62
  case ordinalDiffers = 0x63
  case sameKind = 0x71
  case kindDiffers = 0x72
  case kindUncertain = 0x73
  case sameSurname = 0x81
  case surnameNear = 0x82
  case surnameSimilar = 0x83
  case surnameSwapped = 0x84
  case surnameRendered = 0x85
  case surnameDiffers = 0x86
  case sameGiven = 0x91
  case givenNickname = 0x92
  case givenInitial = 0x93
  case givenNear = 0x94
  case givenSimilar = 0x95
  case givenRendered = 0x96
  case givenDiffers = 0x97
  case samePlace = 0xA1
  case placeNear = 0xA2
  case placeDiffers = 0xA3
  case sameStreet = 0xB1
  case streetNear = 0xB2
  case streetSimilar = 0xB3
  case streetWithoutNumber = 0xB4
  case numberDiffers = 0xB5
  case streetDiffers = 0xB6
  case sameUnit = 0xC1
  case unitDiffers = 0xC2
  case samePostcode = 0xD1
  case postcodeNear = 0xD2
  case postcodeDiffers = 0xD3
  case sameBirthDate = 0xE1
  case birthDateNear = 0xE2
  case birthDatePartly = 0xE3
  case birthDateDiffers = 0xE4
  case sameValue = 0xF1
  case valueNear = 0xF2
  case valueSimilar = 0xF3
  case valuePartly = 0xF4
  case valueWeakly = 0xF5
  case valueDiffers = 0xF6

  /// The most ranks an aspect has, with "nothing to compare".
  static let ranks = 16

  @inline(__always)
  public var rank: UInt8 { rawValue & 15 }

  /// The aspect; the first column stands for all of them.
  public var aspect: Aspect { Aspect(rawValue: rawValue >> 4) ?? .column0 }
}
