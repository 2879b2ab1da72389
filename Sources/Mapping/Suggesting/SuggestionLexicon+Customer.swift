extension SuggestionLexicon {
  /// What systems call the attributes of a customer.
  static let customerNames: [(String, String)] = [
    (
      "key",
      """
      kunnr id customer_id customer_number customer_code customer_no client_id client_number number code kdnr kd_nr kundennummer
      kundennr kunden_nr internal_id uid member_id member_number contact_id buyer_open_uid open_uid 客户编号 客户编码 客户代码 客户号 编号 编码 会员号
      会员编号 会员卡号 往来单位编码 客戶編號 客戶代號 顧客番号 顧客コード 거래처코드 numero_client codigo_cliente
      """
    ),
    (
      "kind",
      """
      kind customer_type client_type is_person is_company is_individual company_type account_type_name party_type customer_kind
      客户类型 客户性质 客户类别 kundentyp kundenart 客戶類型
      """
    ),
    (
      "name",
      """
      name customer_name client_name full_name display_name company company_name account_name firma firmenname first_name
      last_name given_name family_name surname forename vorname nachname receiver_name member_name legal_name party_name nombre
      nom nome cliente kunde kundenname razon_social raison_sociale 客户名称 客户全称 客户姓名 名称 全称 姓名 公司 公司名称 企业名称 单位名称 会员名称 会员姓名 收货人 收货人姓名
      往来单位名称 客户 客戶名稱 公司名稱 氏名 会社名 顧客名 거래처명
      """
    ),
    (
      "organisation",
      """
      organisation organisation_name employer corp_name employer_name company_of_contact 所属公司 所在公司 工作单位 所属单位
      """
    ),
    (
      "contact_name",
      """
      contact contact_name contact_person contact_full_name primary_contact main_contact ansprechpartner kontaktperson
      interlocuteur persona_de_contacto contacto referente 联系人 联系人姓名 联系人名称 联系人员 联络人 負責人 聯絡人 担当者 联系人姓名职务 主要联系人 연락처담당자
      """
    ),
    (
      "title",
      """
      title job_title jobtitle position function role_title funktion position_title puesto cargo fonction poste 职务 职位 岗位 头衔 職稱 役職
      """
    ),
    (
      "phone",
      """
      phone mobile mobile_phone phone_number mobile_number other_phone alt_phone home_phone work_phone office_phone phone_home
      phone_work phone_mobile phone_office contact_phone contact_number contact_mobile telefon telefonnummer mobil movil telefono
      telephone_number portable invoice_phone day_phone 电话 手机 手机号 手机号码 联系电话 联系手机 固定电话 移动电话 座机 电话号码 办公电话 联系方式 電話 手機 行動電話 携帯 전화번호
      """
    ),
    (
      "email",
      """
      email email_address email_id secondary_email work_email primary_email company_email buyer_email e_post correo courriel
      correo_electronico 邮箱 电子邮箱 电子邮件 邮件 邮箱地址 联系邮箱 電子郵件 電郵 メール 이메일
      """
    ),
    (
      "address",
      """
      address primary_address full_address default_address address_text registered_address company_address contact_address
      invoice_address mailing_address office_address delivery_address anschrift direccion adresse indirizzo 地址 联系地址 收货地址 注册地址 公司地址
      办公地址 通讯地址 经营地址 住址 地址全称 發票地址 住所 주소
      """
    ),
    (
      "address.street",
      """
      stras street address_line address_street street_address address_1 line road strasse straße calle rue via street_name 详细地址 街道 街道地址
      门牌号 详细
      """
    ),
    (
      "address.province",
      """
      regio province state region state_id address_state address_province province_name state_name state_province bundesland provincial
      provincia departement 省份 省 所在省份 所在省 省市 都道府県
      """
    ),
    (
      "address.city",
      """
      city town city_name address_city ort stadt ville ciudad citta wohnort municipality 城市 市 所在城市 所在市 地市 城市名称
      """
    ),
    (
      "address.district",
      """
      district county district_name address_district county_name borough area_name 区县 区 县区 所在区 行政区 所属区县
      """
    ),
    (
      "postcode",
      """
      pstlz postcode postcode_code plz zip_code code_postcode address_postcode codigo_postcode postleitzahl postcode_number cep 邮编 邮政编码
      郵遞區號 郵便番号
      """
    ),
    (
      "country",
      """
      country country_id country_code country_name address_country land pais pays nation paese 国家 国家地区 国别 國家
      """
    ),
    (
      "birth_date",
      """
      birth_date birthdate birthday date_of_birth geburtsdatum geburtstag fecha_de_nacimiento date_de_naissance 生日 出生日期 出生年月
      """
    ),
    ("gender", "gender geschlecht sexo sexe 性别 性別"),
    (
      "credit_code",
      """
      credit_code social_credit_code uscc unified_social_credit_code business_created_number business_registration_number 统一社会信用代码
      信用代码 社会信用代码 营业执照号 营业执照编号 统一信用代码
      """
    ),
    (
      "tax_id",
      """
      stceg tax_id tax_number vat vat_id vat_number vat_created_number tax_register_code tax_code tax_registration_number ust_idnr
      u_st_id_nr ust_id_nr ust_id steuernummer cif nif siret partita_iva tva tax_created_number gstin rfc cnpj 税号 纳税人识别号 纳税识别号
      税务登记号 統一編號 统一编号
      """
    ),
    (
      "website",
      """
      website website_website site web_site internet webseite sitio_website 网址 网站 官网 公司网址 公司网站 主页 網址
      """
    ),
    ("wechat_openid", "openid open_id wechat_openid wx_openid"), ("wechat_unionid", "unionid union_id wechat_unionid"),
    ("wecom_external_userid", "external_userid external_user_id"),
    (
      "nickname",
      """
      nickname nick nick_name buyer_nick alias spitzname wechat_name 昵称 微信昵称 买家昵称 会员昵称 微信名 旺旺 買家暱稱 暱稱
      """
    ),
    (
      "remark",
      """
      remark remarks note notes comment comments description details customer_details bemerkung bemerkungen notiz observaciones
      remarque remark_text 备注 备注信息 说明 描述 客户备注 備註 備考 비고
      """
    ),
    (
      "tags",
      """
      tags tag tag_name labels label category_id tagid_list tag_list schlagworte etiquetas 标签 客户标签 會員標籤 标记
      """
    ),
    (
      "tier",
      """
      tier grade level customer_level customer_grade account_level member_level rating vip_level customer_class 客户等级 客户级别 会员等级 等级
      级别 会员级别 客戶等級
      """
    ),
    (
      "industry",
      """
      brsch industry industry_name industry_id industry_code branche sector industria secteur industry_level business_type 行业 所属行业 所在行业
      行业类别 行业分类 產業 業種
      """
    ),
    (
      "owner",
      """
      owner owner_id owner_name sales_representative salesman sales_person salesperson account_manager assigned_user
      assigned_user_id assigned_user_name sales_employee sales_employee_number sales_owner user_id vertreter betreuer
      kundenbetreuer responsible seller hubspot_owner_id sales_manager vendedor comercial 业务员 跟单员 销售员 负责人 客户经理 所属销售 销售负责人 归属人 跟进人
      业务代表 業務員 営業担当
      """
    ),
    (
      "bank_name",
      """
      bank bank_name invoice_bank_name bank_of_deposit opening_bank kreditinstitut 开户银行 开户行 银行名称 开户行名称 银行
      """
    ),
    (
      "bank_account",
      """
      bank_account iban bank_account_number invoice_bank_account account_iban bank_number kontonummer 银行账号 银行帐号 对公账号 开户账号 开户帐号
      银行账户 账号
      """
    ),
    (
      "created_at",
      """
      created_at created_time created_date created date_created date_entered created_on createdate subscribe_time angelegt_am
      angelegt erstellt_am erfasst_am fecha_alta date_de_creation anlagedatum registered_at registration_date registration_time
      created_datetime insert_time join_date joined_at 创建时间 创建日期 建档时间 建档日期 建档日 登记日期 录入时间 录入日期 注册时间 注册日期 登记时间 关注时间 开户日期 建立日期 作成日
      """
    ),
    (
      "updated_at",
      """
      updated_at updated_time updated_date updated last_updated date_updated last_updated_date last_updated_time lastupdateddate
      updated_on geandert_am geändert_am last_change fecha_modificacion date_de_updated last_modified_at 更新时间 修改时间 最后修改时间 最后更新时间
      变更时间 更新日期 修改日期 最近修改时间 異動日期 更新日
      """
    ),
    (
      "source_status",
      """
      status customer_status account_status life_status active inactive is_active is_inactive disabled is_disabled disqualified
      suspended lifecyclestage lifecycle_stage lead_status hs_lead_status forbid_status use_flag use_status enabled is_enabled
      entity_status state_flag stop_flag aktiv gesperrt estado statut 状态 客户状态 启用状态 使用状态 是否启用 狀態
      """
    ),
    (
      "parent_key",
      """
      parent parent_id account_id organisation_id company_id parent_account_id parent_customer_id parent_customer parent_account
      parent_company group_customer_id group_customer parent_number head_office mutter konzern 上级客户 上级客户编号 母公司 总公司 上级单位 集团客户 所属集团
      """
    ),
    (
      ignored,
      """
      fax fax_number telefax phone_fax invoice_title invoice_name invoice_header invoice_prefix salutation anrede civilite
      short_name alt_name alias_name account_number account_type account_source batch_seq line_two address_two line2 street2
      address_line_two barcode lang language locale time_zone credit_limit balance currency trading_currency default_currency
      annual_revenue number_of_employees employees lead_source lead_source_id source campaign_id campaign department department_id
      customer_group group group_id territory type object role username livemode delinquent deleted is_deleted archived idx
      docstatus document_status creator creator_id created_by created_by_name updated_by created_user rgstr_id creator_name photo
      avatar avatar_website headimg headimgurl image last_activity last_activity_date last_followed_time last_visit last_login
      last_login_at is_frozen analytics_source asst_phone assistant skype skype_id twitter facebook linkedin seller_nick
      seller_mobile shop shop_name alipay alipay_number payment payment_time verified external_id sic_code email_opted_out
      do_not_call invoice terms terms_name subsidiary category discount rebate middle_name points score 传真 传真号 简称 客户简称 微信号 微信 信用额度
      客户来源 来源 序号 开票抬头 发票抬头 年采购额 是否月结 月结 上次拜访 最近拜访 积分 余额 创建人 修改人 建档人 录入人 制单人 部门 店铺 店铺名称 卖家昵称 身份证 身份证号 年龄 职业 快递单号 行号 注册资金 员工人数 付款方式
      结算方式 折扣 币种 助记码
      """
    ),
  ]
}
