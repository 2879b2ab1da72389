// What training believes at most and leaves at least.

extension Aspect {
  /// How much of the shipped share of each level training leaves at least: what people type about themselves has typing mistakes in
  /// every table, even where the first rounds see none.
  var leastShare: Double {
    switch self {
    case .surname, .given, .birthDate, .email, .identifier: 1
    default: 0.1
    }
  }
}

extension Level {
  /// Never worth more than nothing, however rare it is among strangers.
  var isDisagreement: Bool {
    switch self {
    case .otherIDDiffers, .phoneDiffers, .emailDiffers, .unmarkedBrandDiffers, .brandDiffers, .industryDiffers, .regionDiffers,
      .branchDiffers,
      .ordinalDiffers, .kindDiffers, .kindUncertain, .surnameDiffers, .givenDiffers, .placeDiffers, .numberDiffers, .streetDiffers,
      .unitDiffers, .postcodeDiffers,
      .birthDateDiffers, .valueDiffers:
      true
    default: false
    }
  }

  /// The largest share among matches that training believes: what the matcher would call a match with other names is
  /// related (a household, a restaurant in a hotel, another paper of the same authors), not the same.
  var shareLimit: Double {
    switch self {
    case .brandDiffers, .unmarkedBrandDiffers: 0.04
    case .surnameDiffers, .givenDiffers: 0.1
    case .numberDiffers, .streetDiffers: 0.15
    case .valueWeakly: 0.005
    case .valuePartly: 0.02
    default: 1
    }
  }
}
