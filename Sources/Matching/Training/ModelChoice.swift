/// Which model a table is matched with.
public enum ModelChoice {
  /// Below this the table says too little about itself.
  private static let smallestSample = 200

  /// Fits a model to the records, or takes the shipped one: for few records, and for Chinese customers, whose company names
  /// follow a law (region, trade name, industry, form) that the shipped weights know and independent counting does not.
  /// - Parameter records: are weighed by what was counted.
  public static func model(
    for records: RecordTable, cut: MatchModel.Cut, isPersonTable: Bool, threads: Int = 1
  ) -> (model: MatchModel, training: Training.Summary?) {
    var model = MatchModel(cut: cut)
    model.sharesOrganisation = isPersonTable
    guard records.distinctCount(upTo: smallestSample) >= smallestSample, records.chineseCount * 3 < records.count else {
      records.weigh(by: model.frequencies, threads: threads)
      return (model, nil)
    }
    records.count(into: &model.frequencies, threads: threads)
    records.weigh(by: model.frequencies, threads: threads)
    let training = Training(records, from: model, threads: threads)
    return (training.model, training.summary)
  }
}

extension RecordTable {
  /// A thousand copies of one row say as much as the row.
  fileprivate func distinctCount(upTo limit: Int) -> Int {
    var seen: Set<UInt64> = []
    for number in 0..<count {
      seen.insert(self[number].contentHash)
      if seen.count >= limit { break }
    }
    return seen.count
  }

  fileprivate var chineseCount: Int {
    (0..<count).count { number in
      let record = self[number]
      return record.organisations.contains { $0.isChinese != 0 } || record.persons.contains { $0.isChinese != 0 }
    }
  }
}
