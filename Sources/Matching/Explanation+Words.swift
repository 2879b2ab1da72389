// What explanations call things.

extension Feature {
  public var name: String {
    switch self {
    case .identifiers: "ids"
    case .phones: "phones"
    case .emails: "e-mail"
    case .organisations: "organisation names"
    case .persons: "person names"
    case .addresses: "addresses"
    case .birthDates: "birth dates"
    case .structures: "region, industry, branch"
    case .relatives: "what relatives would share"
    default: "column \(rawValue - Feature.column0.rawValue + 1)"
    }
  }
}

extension Aspect {
  public var name: String {
    switch self {
    case .identifier: "id"
    case .phone: "phone"
    case .email: "e-mail"
    case .brand: "brand"
    case .industry: "industry"
    case .region: "region in the name"
    case .branch: "branch"
    case .kind: "kind of customer"
    case .surname: "surname"
    case .given: "given name"
    case .place: "place"
    case .street: "street"
    case .unit: "building or room"
    case .postcode: "postcode"
    case .birthDate: "birth date"
    default: feature.name
    }
  }

  /// Nil for rank 0 and for ranks that the aspect does not have.
  public func level(rank: UInt8) -> Level? { levels.first { $0.rank == rank } }
}

extension Level {
  /// How the values agree or disagree; goes with ``Aspect/name``, as in `brand: sounds alike`.
  public var words: String {
    switch self {
    case .sameCreditCode: "same credit code"
    case .sameOrganisationCode: "same organisation code"
    case .sameUncheckedCode: "same registration number, without a check digit"
    case .sameSocialID: "same WeChat id"
    case .sameBankAccount: "same bank account"
    case .sameOtherID, .sameBrand, .sameIndustry, .sameRegion, .sameBranch, .sameSurname, .sameGiven, .samePlace, .sameUnit, .samePostcode,
      .sameBirthDate, .sameValue:
      "same"
    case .nearID, .nearPhone, .brandNear, .surnameNear, .givenNear, .placeNear, .postcodeNear, .birthDateNear, .valueNear: "nearly the same"
    case .otherIDDiffers, .phoneDiffers, .emailDiffers, .brandDiffers, .industryDiffers, .regionDiffers, .branchDiffers, .surnameDiffers,
      .givenDiffers, .placeDiffers, .streetDiffers, .unitDiffers, .postcodeDiffers, .birthDateDiffers, .valueDiffers:
      "different"
    case .ordinalDiffers: "another number in the name"
    case .sameKind: "same"
    case .kindDiffers: "a private person and a company"
    case .kindUncertain: "a company and a person without one"
    case .sameMobile: "same mobile"
    case .sameLandline: "same landline"
    case .sameServiceNumber: "same service number"
    case .sameLocalNumber: "same without the area code"
    case .sameEmail: "same mailbox"
    case .sameRoleEmail: "same mailbox of a role"
    case .nearEmail: "nearly the same mailbox"
    case .sameDomain: "same domain"
    case .sameLocalPart: "same before the @"
    case .brandSoundsSame: "sounds alike"
    case .brandContains, .industryContains: "one contains the other"
    case .brandAbbreviates: "one abbreviates the other"
    case .brandRendered: "same in another script"
    case .brandOverlaps: "shares words"
    case .unmarkedBrandDiffers: "different, but one of them may be no company name"
    case .surnameSimilar, .givenSimilar, .valueSimilar: "similar"
    case .surnameSwapped: "surname and given name exchanged"
    case .surnameRendered, .givenRendered: "same in another script"
    case .givenNickname: "nickname"
    case .givenInitial: "same initial"
    case .sameStreet: "same street and number"
    case .streetNear: "same number, nearly the same street"
    case .streetSimilar: "same number, similar street"
    case .streetWithoutNumber: "same street, without a number"
    case .numberDiffers: "same street, another number"
    case .birthDatePartly: "partly the same"
    case .valuePartly: "partly the same"
    case .valueWeakly: "hardly anything in common"
    }
  }
}

extension MatchKey.Kind {
  public var name: String {
    switch self {
    case .identifier: "id"
    case .phone: "phone"
    case .email: "e-mail"
    case .domain: "domain"
    case .organisation: "organisation name"
    case .brand: "brand"
    case .brandPart: "part or sound of the brand"
    case .person: "person name"
    case .personPart: "part of the person name"
    case .address: "address"
    case .pair: "two values together"
    case .column: "value of a column"
    case .single: "common single value"
    }
  }
}

extension Explanation.Part {
  /// The aspect and its level, or what the correction is.
  public var words: String {
    guard let aspect, let level else { return feature.name }
    return "\(aspect.name): \(areColleagues ? "another person of the same organisation" : level.words)"
  }
}
