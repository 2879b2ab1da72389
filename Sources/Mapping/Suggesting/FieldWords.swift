import Model
import Normalization

/// Turns the names of fields into words: 客户名称(必填), khmc, CUST_NM, cCusName and FCustomer.FName all name one thing.
struct FieldWords: Sendable {
  /// Names of this sample carry a letter in front that says the kind of the field: `FName`, `cCusName`.
  private let hasMark: Bool
  private let known: Set<String>

  /// - Parameter known: words into which names that are written together may be cut.
  init(_ names: [String], known: Set<String>) {
    let latin = names.filter { $0.utf8.first.map { $0 < 0x80 } ?? false && $0.utf8.count > 2 }
    let marked = latin.filter { name in
      let letters = Array(name.utf8.prefix(2))
      return letters[0] == UInt8(ascii: "F") && (0x41...0x5A).contains(letters[1])
        || "cdibfn".utf8.contains(letters[0]) && (0x41...0x5A).contains(letters[1])
    }
    hasMark = latin.count > 2 && marked.count * 10 > latin.count * 6
    self.known = known
  }

  /// The words of a name, folded and with abbreviations written out.
  func words(_ name: String) -> [String] {
    var scalars = Array(name.unicodeScalars)[...]
    if hasMark, scalars.count > 2, "FcdibfN".unicodeScalars.contains(scalars[scalars.startIndex]),
      scalars[scalars.startIndex + 1].properties.isUppercase
    {
      scalars = scalars.dropFirst()
    }
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func close() {
      let folded = Folding.fold(String(word))
      if !folded.isEmpty { words += expanded(folded) }
      word = String.UnicodeScalarView()
    }
    var last: Unicode.Scalar?
    for (index, scalar) in zip(scalars.indices, scalars) {
      if scalar == "(" || scalar == "（" || scalar == "[" || scalar == "/" && !words.isEmpty || scalar == "/" && !word.isEmpty { break }
      if !scalar.properties.isAlphabetic, !Folding.isHan(scalar) {
        if ("0"..."9").contains(scalar), last.map({ Folding.isHan($0) }) ?? false { continue }
        close()
      } else {
        let isHump = last.map { $0.properties.isLowercase && scalar.properties.isUppercase } ?? false
        let next = index + 1 < scalars.endIndex ? scalars[index + 1] : nil
        let isLastCapital =
          last.map(\.properties.isUppercase) ?? false && scalar.properties.isUppercase && next?.properties.isLowercase ?? false
        if isHump || isLastCapital { close() }
        word.append(scalar)
      }
      last = scalar
    }
    close()
    return words
  }

  private func expanded(_ word: String) -> [String] {
    if let whole = Self.abbreviations[word] { return whole.split(separator: " ").map(String.init) }
    if known.contains(word) || word.utf8.count < 6 || !word.utf8.allSatisfy({ $0 < 0x80 }) { return [word] }
    return cut(Array(word.utf8)[...], pieces: 3) ?? [word]
  }

  /// A name written together, as at most three known words: TAXREGISTERCODE.
  private func cut(_ word: ArraySlice<UInt8>, pieces: Int) -> [String]? {
    let text = String(decoding: word, as: UTF8.self)
    if known.contains(text) || Self.abbreviations[text] != nil {
      return Self.abbreviations[text].map { $0.split(separator: " ").map(String.init) } ?? [text]
    }
    guard pieces > 1, word.count > 4 else { return nil }
    for length in stride(from: word.count - 2, through: 3, by: -1) {
      let head = String(decoding: word.prefix(length), as: UTF8.self)
      guard known.contains(head) || Self.abbreviations[head] != nil && length > 3,
        let rest = cut(word.dropFirst(length), pieces: pieces - 1)
      else { continue }
      return (Self.abbreviations[head].map { $0.split(separator: " ").map(String.init) } ?? [head]) + rest
    }
    return nil
  }

  /// As data dictionaries of companies shorten words.
  private static let abbreviations: [String: String] = {
    var table: [String: String] = [:]
    let source = """
      cust=customer cus=customer cst=customer clnt=client nm=name nme=name cd=code cde=code no=number nr=number num=number
      nbr=number tel=phone telno=phone mob=mobile mbl=mobile addr=address adr=address add=address ln=line prov=province prv=province
      cty=city cntry=country ctry=country pc=postcode post=postcode zip=postcode qty=quantity qnty=quantity amt=amount amnt=amount
      prc=price dt=date dtm=time dttm=time ts=time tm=time cntc=contact ctc=contact cont=contact psn=person pers=person
      whse=warehouse wh=warehouse wrh=warehouse uom=unit upd=updated upt=updated chg=updated chgd=updated mod=updated modif=updated
      modified=updated modify=updated change=updated changed_at=updated modification=updated changed=updated update=updated
      write=updated rgst=created reg=created crt=created cre=created create=created creation=created creat=created inserted=created
      sts=status stat=status st=status grd=grade lvl=level tp=type typ=type ty=type rmk=remark rem=remark memo=remark mem=remark
      desc=description dsc=description emp=employee sls=sales rep=representative slsman=salesman indstr=industry ind=industry
      inv=invoice bal=balance avail=available avl=available avb=available alloc=allocated rsv=reserved rsvd=reserved lck=locked
      lock=locked oh=on_hand loc=location itm=item mat=material prod=product prd=product sku=sku ord=order biz=business uppr=parent
      upper=parent ref=reference ean=barcode upc=barcode gtin=barcode mail=email eml=email bday=birthday dob=birth date
      curr=currency cur=currency ccy=currency pay=payment pmt=payment usr=user acct=account acc=account org=organisation
      organization=organisation corp=company co=company firm=company fname=first name lname=last name fullname=full name msg=message
      stk=stock mfg=manufactured exp=expiry cls=class cat=category ctgr=category grp=group dept=department lst=last cnt=count
      yn=flag lat=latitude lng=longitude telephone=phone cellphone=mobile cell=mobile handy=mobile province=province state=state
      sex=gender homepage=website url=website web=website postal=postcode postalcode=postcode zipcode=postcode postcode=postcode
      """
    for entry in source.split(whereSeparator: \.isWhitespace) {
      let pair = entry.split(separator: "=")
      if pair.count == 2 { table[String(pair[0])] = String(pair[1]).replacing("_", with: " ") }
    }
    table["dob"] = "birth date"
    table["fname"] = "first name"
    table["lname"] = "last name"
    table["fullname"] = "full name"
    return table
  }()
}
