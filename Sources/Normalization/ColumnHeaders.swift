/// What the header of a column promises. Values may break the promise.
enum ColumnHeaders {
  /// The words of a header, folded, cut at punctuation and at the humps of camel case, joined by `_`.
  static func normalise(_ header: String) -> String {
    var spaced = String.UnicodeScalarView()
    var wasLower = false
    for scalar in header.unicodeScalars {
      if wasLower, ("A"..."Z").contains(scalar) { spaced.append("_") }
      wasLower = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      spaced.append(scalar)
    }
    return Folding.fold(String(spaced)).split { " _-.:/()[]#*'\"&,;".contains($0) }.joined(separator: "_")
  }

  static func promise(of header: String) -> ColumnType? {
    let whole = normalise(header)
    if isForeign(header) { return ColumnType(general: .ignored) }
    if let known = table[whole] { return known }
    if whole.unicodeScalars.contains(where: Folding.isHan) { return chinese(whole) }
    return western(whole.split(separator: "_"))
  }

  /// True for a column about somebody else: whoever sold, wrote or looks after the row. Its e-mail addresses are not the subject's.
  static func isForeign(_ header: String) -> Bool {
    let whole = normalise(header)
    if table[whole] != nil { return false }
    return whole.split(separator: "_").contains { foreign.contains(String($0)) }
      || whole.hasPrefix("account_manager") || foreignChinese.contains { whole.contains($0) }
  }

  private static let foreignChinese = ["创建", "修改", "更新", "业务员", "跟单", "客服", "店铺", "卖家", "上次"]

  /// `primary_address_city`, `phone_home`, `address 2`: a word in front or behind says whose, or which one.
  private static func western(_ words: [Substring]) -> ColumnType? {
    var words = words
    while let last = words.last, words.count > 1, last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { words.removeLast() }
    if let last = words.last, let digits = last.firstIndex(where: \.isNumber), last[digits...].allSatisfy(\.isNumber),
      digits > last.startIndex
    {
      words[words.count - 1] = last[..<digits]
    }
    while let last = words.last, words.count > 1, fillers.contains(String(last)) { words.removeLast() }
    for start in words.indices {
      let behind = words[start...].joined(separator: "_")
      if let known = table[behind], start == 0 || isTransferable(known) && behind.utf8.count > 2 && behind != "fname" && behind != "lname" {
        return known
      }
    }
    for end in words.indices.reversed() where end > 0 {
      if let known = table[words[..<end].joined(separator: "_")], isTransferable(known) { return known }
    }
    return nil
  }

  /// Words of data dictionaries at the end of a header, which say nothing about its meaning.
  private static let fillers: Set<String> = ["desc", "cd", "nm", "txt", "text", "val", "value", "str", "col", "field", "raw"]

  private static func chinese(_ header: String) -> ColumnType? {
    var scalars = Array(header.unicodeScalars)
    while let last = scalars.last, scalars.count > 1, last.value < 0x80 || "一二三".unicodeScalars.contains(last) { scalars.removeLast() }
    for start in scalars.indices where scalars.count - start >= 2 {
      if let known = table[String(String.UnicodeScalarView(scalars[start...]))] { return known }
    }
    return nil
  }

  /// `parent_phone` is a phone, but `product_name` is nobody's name, and `order_type` no kind of customer.
  private static func isTransferable(_ type: ColumnType) -> Bool {
    switch type.attribute {
    case "phone", "fax", "email", "address", "address.street", "address.city", "address.province", "address.district", "postcode",
      "country", "website", "birth_date", "wechat_openid", "wechat_unionid", "given_name", "surname", "contact_name":
      true
    default: false
    }
  }

  /// Words that say that a column speaks of somebody or something else than the row's subject.
  private static let foreign: Set<String> = [
    "owner", "assigned", "salesrep", "rep", "created", "creator", "modified", "updated", "seller", "is", "has", "verified", "optout", "url",
    "count", "login",
  ]

  private static let table: [String: ColumnType] = {
    var table: [String: ColumnType] = [:]
    for (attribute, words) in attributes {
      for word in words.split(whereSeparator: \.isWhitespace) { table[Folding.fold(String(word))] = ColumnType(attribute: attribute) }
    }
    for (general, words) in generals {
      for word in words.split(whereSeparator: \.isWhitespace) { table[Folding.fold(String(word))] = ColumnType(general: general) }
    }
    return table
  }()

  private static let attributes: [(String, String)] = [
    ("key", "id rec_id record_id row_id rowid unique_id uid uuid guid key kdnr kundennummer customer_id cust_id 客户编号 客户编码 客户代码 编号 编码"),
    ("source", "source src data_source source_system system database 来源 数据来源 系统 来源系统 quelle origen fuente"),
    ("kind", "kind record_type customer_type entity_type 记录类型 客户类型 客户性质 kundentyp"),
    (
      "name",
      """
      name names customer customer_name client client_name account account_name full_name fullname first_and_surname first_and_last_name
      display_name cust_nm khmc nombre nom nome
      naam nombre_completo nom_complet kunde kundenname kontakt 客户名称 名称 客户 客户全称 姓名 会员名 客户姓名 氏名 名前 顧客名 收货人 收货人姓名
      """
    ),
    (
      "organisation",
      """
      company company_name companyname organisation organization organisation_name organization_name org org_name employer corp_name firm
      firm_name firma firmenname unternehmen business business_name legal_name site_name store_name shop shop_name restaurant
      restaurant_name hotel hotel_name facility facility_name school school_name hospital empresa razon_social societe raison_sociale
      entreprise ragione_sociale azienda bedrijf bedrijfsnaam supplier supplier_name vendor_name 公司 公司名称 公司名 企业名称 企业 单位名称
      单位 工作单位 所属公司 所在公司 店名 商户名称 会社名
      """
    ),
    ("middle_name", "middle_name middlename midl_name middle_initial mname middle zweiter_vorname"),
    ("short_name", "short_name shortname abbreviation trading_name trade_name dba alias khjc 简称 客户简称 公司简称 企业简称 kurzname"),
    (
      "contact_name",
      """
      contact contact_name contact_person contactname executive_director director ceo manager principal president ansprechpartner
      persona_de_contacto contacto interlocuteur referente lxr 联系人 联系人姓名 联系人名称 联络人 法人 法定代表人 负责人 担当者 executive
      """
    ),
    (
      "given_name",
      "given_name given_names givenname first_name firstname forename fname first vorname prenom nombre_de_pila primer_nombre nome_proprio voornaam 名 名字"
    ),
    (
      "surname",
      "surname last_name lastname family_name familyname lname last nachname familienname nom_de_famille apellido apellidos cognome sobrenome achternaam 姓 姓氏"
    ),
    (
      "phone",
      """
      phone phones telephone tel mobile mobile_phone cell cellphone cell_phone phone_number phonenumber telephone_number mobile_number
      contact_phone contact_number telno tel_no mobile_no handy telefon telefonnummer mobil telefono movil celular numero_de_telephone
      portable telefone telemovel telefoon sjh lxdh 电话 手机 手机号 手机号码 联系电话 电话号码 固定电话 移动电话 座机 联系方式 联系手机
      電話 電話番号 携帯
      """
    ),
    ("fax", "fax telefax fax_number faxnumber fax_no telecopie 传真 传真号码"),
    (
      "email",
      "email emails e_mail mail email_address emailaddress e_mail_address mail_address correo correo_electronico courriel adresse_email posta_elettronica 邮箱 邮件 电子邮箱 电子邮件 邮箱地址 メール"
    ),
    (
      "address",
      """
      address addr full_address fulladdress address_full anschrift adresse direccion indirizzo endereco adres location_address dz 地址
      联系地址 详细地址 通讯地址 收货地址 注册地址 公司地址 办公地址 经营地址 住址 家庭住址 住所
      """
    ),
    (
      "address.street",
      """
      street street_address streetaddress street_name street_number house_number house_no street_no address_1 address1 address_2 address2
      address_3 address_line address_line1 address_line2 address_line_1 address_line_2 addr1 addr2 addr_1 addr_2 line1 line2 addr_ln strasse
      strase hausnummer rue calle via rua straat unit suite apartment 街道地址 街道 门牌号
      """
    ),
    (
      "address.city",
      "city town municipality suburb locality city_name cityname ort stadt wohnort ville commune ciudad localidad poblacion citta comune cidade plaats stad 城市 市 所在城市 地级市"
    ),
    (
      "address.district",
      "district neighborhood neighbourhood borough ward county county_name county_district ortsteil barrio quartier 区 区县 县区 行政区"
    ),
    ("address.province", "province state region state_province state_code bundesland provincia departement estado 省 省份 所在省份 都道府県"),
    (
      "postcode",
      "postcode postal_code postalcode zip zip_code zipcode post_code plz postleitzahl code_postal codigo_postal cap cep 邮编 邮政编码 郵便番号"
    ),
    ("country", "country country_code country_name land nation pays pais paese 国家 国家地区 国别"),
    (
      "birth_date",
      "dob birth_date birthdate birthday date_of_birth dateofbirth born geburtsdatum geburtstag date_de_naissance fecha_de_nacimiento fecha_nacimiento data_di_nascita data_de_nascimento geboortedatum 生日 出生日期 出生年月 出生年月日 生年月日"
    ),
    ("credit_code", "credit_code creditcode uscc 统一社会信用代码 信用代码 社会信用代码 统一信用代码 tyshxydm"),
    ("tax_id", "tax_id taxid vat vat_id vat_number tax_number ust_id ust_idnr steuernummer cif nif siren siret partita_iva cnpj 税号 纳税人识别号"),
    (
      "identifier",
      """
      identifier soc_sec_id ssn social_security_number social_security national_id nationalid nino nhs_number nhs_no passport passport_no
      passport_number id_card id_card_no id_number idno driver_license license_number dni personnummer codice_fiscale cpf duns lei
      身份证 身份证号 身份证号码 证件号码 证件号 护照号
      """
    ),
    ("bank_account", "bank_account iban account_no bank_account_number kontonummer bankverbindung 银行账号 银行帐号 对公账号 开户账号 yhzh"),
    ("website", "website web web_site homepage url site_url domain webseite sito_web sitio_web site_web 网址 网站 官网 主页"),
    ("wechat_openid", "openid wechat_openid open_id wx_openid"),
    ("wechat_unionid", "unionid wechat_unionid union_id"),
    ("wecom_external_userid", "external_userid wecom_external_userid"),
    ("nickname", "nickname nick nick_name 昵称 微信昵称 买家昵称 微信名 spitzname surnom apodo"),
    ("remark", "remark wechat_remark 备注名 微信备注"),
    ("gender", "gender sex geschlecht sexe sexo sesso 性别"),
  ]

  private static let generals: [(ColumnType.General, String)] = [
    (
      .text,
      """
      title titles product_name item_name product item artist album song movie book_title paper headline subject description desc details
      features abstract summary product_title beer_name 标题 题名 品名 商品名称 产品名称 物料名称 描述 说明 titel titre titulo bezeichnung 規格 规格
      """
    ),
    (.names, "author authors creators writers editors editor directors actors cast members performers autoren auteurs autores 作者 编者 演员 主演"),
    (
      .category,
      """
      type category class genre venue journal conference publisher agency brand manufacturer maker department group segment industry sector
      cuisine style status tier level language currency color colour warengruppe branche hersteller 类型 类别 分类 行业 所属行业 品牌 厂家 期刊
      会议 出版社 状态 等级 部门 booktitle
      """
    ),
    (
      .code,
      "sku isbn issn doi ean upc gtin asin barcode model model_number modelno part_number mpn article artikelnummer article_number catalog_number 条码 货号 型号 商品编码 物料编码"
    ),
    (
      .number,
      "price amount cost value total balance quantity qty weight size age salary revenue population lat latitude lng lon longitude pages abv ibu preis betrag menge 价格 单价 金额 数量 年龄 余额 重量"
    ),
    (.year, "year yr published_year publication_year jahr annee ano 年份 年 出版年"),
    (.date, "date datum release_date released published fecha 日期"),
    (
      .ignored,
      """
      remarks note notes comment comments memo bz bemerkung remarque commentaire 备注 说明备注 序号 行号 index idx no nr number row line unnamed
      cluster cluster_id label truth gold match_id timestamp created updated modified created_at updated_at modified_at create_time
      update_time created_time date_created date_modified last_modified last_update inserted_at angelegt geandert cjsj gxsj 创建时间 更新时间
      修改时间 录入时间 salutation anrede civilite avatar photo image picture thumbnail headimgurl
      """
    ),
  ]
}
