/// Which model a table is matched with.
public enum ModelChoice {
  /// Below this the table says too little about itself.
  private static let smallestSample = 200

  /// Fits a model to the records, or takes the shipped one: for few records, and for Chinese customers, whose company names
  /// follow a law (region, trade name, industry, form) that the shipped weights know and independent counting does not.
  /// - Parameter records: come back weighed by what was counted.
  public static func model(
    for records: inout [PreparedRecord], cut: MatchModel.Cut, isPersonTable: Bool
  ) -> (model: MatchModel, training: Training.Summary?) {
    var model = MatchModel(cut: cut)
    model.sharesOrganisation = isPersonTable
    let chinese = records.count { record in record.organisations.contains { $0.isChinese } || record.persons.contains { $0.isChinese } }
    // A thousand copies of one row say as much as the row.
    guard Set(records.lazy.map(\.contentHash)).count >= smallestSample, chinese * 3 < records.count else { return (model, nil) }
    for record in records { record.count(into: &model.frequencies) }
    for place in records.indices { records[place] = records[place].weighed(by: model.frequencies) }
    let training = Training(records, from: model)
    return (training.model, training.summary)
  }
}
