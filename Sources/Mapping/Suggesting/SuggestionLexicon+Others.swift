extension SuggestionLexicon {
  /// What systems call the attributes of a product.
  static let productNames: [(String, String)] = [
    (
      "key",
      """
      id item_code product_code product_id sku item_number article_number artikelnummer goods_id code number item_id
      product_number material_code 商品编码 产品编码 物料编码 货号 商品编号 存货编码 商品代码 品番 codigo_producto referencia
      """
    ),
    (
      "name",
      """
      name item_name product_name title goods_name article_name bezeichnung description_short artikelbezeichnung display_name 商品名称
      产品名称 品名 物料名称 存货名称 名称 商品名 nombre designation
      """
    ),
    (
      "spec",
      """
      spec specification option variants_option variants_title variant_title size model specifications 规格 规格型号 型号 属性 規格 variante
      """
    ),
    (
      "unit",
      """
      unit stock_unit unit_name base_unit sales_unit measure_unit einheit mengeneinheit unidad unite 计量单位 单位 基本单位 主计量单位
      """
    ),
    (
      "category",
      """
      category product_type item_group product_group category_name class product_category warengruppe artikelgruppe categoria
      kategorie 商品分类 产品分类 类别 分类 商品类别 品类 存货分类
      """
    ),
    ("barcode", "barcode bar_code ean_code barcode_number gtin_code 条形码 条码 国际条码 商品条码"),
    (
      "price",
      """
      price list_price standard_rate sales_price unit_price retail_price sale_price wholesale_price selling_price preis
      verkaufspreis vk_preis prix precio 零售价 批发价 售价 单价 销售价 标准售价 定价 价格
      """
    ),
    (
      "cost",
      """
      cost cost_price valuation_rate standard_cost purchase_price buying_price einkaufspreis ek_preis coste 进货价 成本价 采购价 成本 进价
      """
    ),
    (
      "updated_at",
      """
      updated_at updated_time updated_date updated last_updated date_updated geandert_am 更新时间 修改时间 最后修改时间 更新日期
      """
    ),
    (
      ignored,
      """
      description brand vendor supplier image image_website src body_html handle status published published_at tags tag weight
      weight_unit compare_at_price member_price inventory_quantity quantity created created_at disabled is_stock_item is_active
      origin shelf_life max_stock min_stock 会员价 品牌 产地 保质期 库存上限 库存下限 供应商 是否停用 图片 创建时间 库存数量 重量 备注
      """
    ),
  ]

  /// What systems call the attributes of a stock level.
  static let stockNames: [(String, String)] = [
    (
      "sku",
      """
      sku item_code item_number product_id product_code sku_id material_id material_code material_number item_id article_number
      artikelnummer product 物料编码 商品编码 存货编码 物料编号 货号 产品编码 物料代码 商品编号
      """
    ),
    (
      "warehouse",
      """
      warehouse warehouse_code warehouse_id warehouse_name location_id stock_id store storage warehouse_number lager lagerort
      plant depot almacen entrepot 仓库 仓库名称 仓库编码 仓库代码 存放仓库 所在仓库 倉庫
      """
    ),
    (
      "quantity",
      """
      quantity on_hand_quantity on_hand actual_quantity stock_quantity base_quantity quantity_on_hand bestand current_stock
      inventory_level physical_quantity total_quantity 数量 库存数量 现存量 现存数量 账面数量 结存数量 库存量 实际库存 在库数量 current_quantity
      """
    ),
    (
      "reserved",
      """
      reserved reserved_quantity allocated_quantity locked_quantity order_locked occupied_quantity locked base_locked_quantity
      committed reserviert quantity_reserved 占用数量 锁定数量 预留数量 已分配数量 冻结数量 占用库存
      """
    ),
    (
      "available",
      """
      available available_quantity available_stock projected_quantity base_available_quantity free_quantity quantity_available
      sellable_quantity verfugbar verfügbar available_to_sell 可用数量 可用库存 可用量 可售数量 可销数量 可售库存
      """
    ),
    (
      "lot",
      """
      lot lot_number lot_id batch batch_number lot_name charge chargennummer lote 批号 批次 批次号 生产批号
      """
    ),
    (
      "as_of",
      """
      as_of updated_at updated_time updated_date updated count_date inventory_date counted_at stand date snapshot_time
      date_updated 更新时间 更新日期 盘点日期 盘点时间 统计时间 截止时间 修改时间
      """
    ),
    (
      "unit",
      """
      unit base_unit base_unit_id stock_unit stock_unit_id product_unit_id product_unit unit_name unit_code measure einheit 单位
      计量单位 基本单位 主单位 库存单位
      """
    ),
    (
      ignored,
      """
      description item_description name material_name item_name product_name spec specification location location_code
      stock_location ordered_quantity on_order_quantity planned_quantity requested_quantity purchase_quantity return_quantity
      defective_quantity virtual_quantity min_quantity max_quantity inventory_quantity secondary_quantity second_quantity
      pick_locked valuation_rate standard_cost cost stock_value value owner price amount id last_count_date in_date produce_date
      expiry_date manufacture_date package_id company_id stock_status stock_status_id stock_organisation_id 物料名称 商品名称 规格 规格型号 库位
      货位 实盘数量 在途数量 安全库存 单价 库存金额 金额 保管员 最低库存 最高库存 序号 备注 盘盈数量 盘亏数量
      """
    ),
  ]

  /// What systems call the attributes of an order and its lines.
  static let orderNames: [(String, String)] = [
    (
      "key",
      """
      order_id order_number id number bill_number tid o_id increment_id name belegnr belegnummer order_code so_number
      document_number auftragsnummer order_sn pedido 订单编号 订单号 单据编号 交易编号 单号 订单编码 單據編號 注文番号
      """
    ),
    (
      "customer_key",
      """
      customer_id customer_number customer_code client_id partner_id customer pin open_id buyer_id buyer_open_uid buyer_open_id
      yz_open_id outer_user_id kundennr kundennummer cust_id member_id 客户编号 客户编码 客户代码 会员编号 买家编号 买家id
      """
    ),
    (
      "customer_name",
      """
      customer_name client_name customer_firstname customer_lastname customer_first_name customer_last_name receiver_name
      consignee_name full_name buyer_name buyer_nick fans_nickname fullname shop_buyer_id kunde name recipient recipient_name
      empfanger 客户名称 客户 收货人 收货人姓名 买家会员名 买家昵称 买家姓名 收件人 会员名 购货单位
      """
    ),
    (
      "phone",
      """
      phone mobile phone_number mobile_number receiver_mobile receiver_phone buyer_phone link_phone contact_phone telefon 联系电话
      联系手机 手机 电话 收货人电话 收件人手机 收货电话 手机号
      """
    ),
    (
      "address",
      """
      address full_address receiver_address receive_address delivery_address shipping_address lieferanschrift lieferadresse street
      address_1 address_line 收货地址 送货地址 收件地址 地址 交货地址
      """
    ),
    (
      "amount",
      """
      amount total grand_total total_price total_amount payment order_payment pay_amount amount_total all_amount bill_all_amount
      base_grand_total payment_amount gesamt_brutto gesamtbetrag gesamt summe brutto importe_total montant_total order_amount
      price_total actual_payment 实付金额 买家实际支付金额 订单金额 价税合计 应付金额 合计金额 实际支付金额 订单总额 付款金额
      """
    ),
    (
      "currency",
      """
      currency currency_id currency_code order_currency order_currency_code settle_currency settlement_currency settle_currency_id
      wahrung währung moneda devise 币种 币别 结算币别 货币
      """
    ),
    (
      "status",
      """
      status state order_status order_state order_state_remark trade_status financial_status fulfillment_status document_status
      status_text status_str bill_status auftragsstatus estado 订单状态 状态 交易状态 单据状态 订单状态名称
      """
    ),
    (
      "ordered_at",
      """
      ordered_at order_date order_time created_at created_time created created_date date date_order order_start_time bill_date
      belegdatum auftragsdatum bestelldatum fecha_pedido placed_at order_created_time 下单时间 订单创建时间 订单日期 单据日期 下单日期 创建时间 交易创建时间 订购日期
      日期
      """
    ),
    (
      "paid_at",
      """
      paid_at payment_date payment_time pay_time paid_date paid_time payment_confirm_time bezahlt_am zahlungsdatum 付款时间 支付时间
      订单付款时间 付款日期
      """
    ),
    (
      "sku",
      """
      sku sku_id outer_sku_id item_code product_id product_code material_id material_code artikelnr artikelnummer item_number
      variant_sku seller_sku 商品编码 物料编码 货号 商家编码 产品编码 sku编码 商品货号 存货编码
      """
    ),
    (
      "quantity",
      """
      quantity item_total quantity_ordered product_quantity ordered_quantity menge anzahl count product_unit_quantity 数量 宝贝总数量
      商品数量 订货数量 购买数量 销售数量 宝贝数量
      """
    ),
    (
      "price",
      """
      price unit_price price_unit jd_price sale_price sales_price einzelpreis tax_price preis item_price 单价 销售单价 含税单价 商品单价 价格 成交单价
      """
    ),
    (
      ignored,
      """
      id order_line_id line_id item_id client_order_reference oid num_iid title sku_name item_name product_name material_name
      bezeichnung description unit unit_id me mwst tax tax_amount amount_tax amount_untaxed untaxed total_tax bill_tax_amount
      subtotal subtotal_price price_subtotal row_total line_amount item_amount total_due total_fee paid_amount order_total_price
      order_seller_price freight freight_price post_fee shipping_amount shipping_fee discount discount_fee seller_discount
      logistics logistics_company tracking_number l_id lieferdatum delivery_date consign_time send_date commitment_date
      approve_date updated_at updated_time updated order_end_time end_time finished_at processed_at invoice invoice_info
      invoice_status payment_method method email customer_email note notes remark remarks order_remark buyer_message seller_memo
      message tags type shop shop_name store_name store shop_status shop_id entity_id vendor_id seller_nick seller_id salesperson
      saler sachbearbeiter sales_department department link_man contact user_id country province receiver_state receiver_province
      state_name receiver_city city receiver_district district county zip postcode receiver_postcode remote_ip latitude longitude
      grams weight quantity_shipped total_quantity_ordered pic_path customer_group_id customer_dob birth_date base_currency_code
      order_reference ihre_bestellnr close_status 买家支付宝账号 买家应付货款 买家应付邮费 总金额 买家留言 运送方式 宝贝标题 商品名称 物流单号 物流公司 快递单号 快递公司 店铺名称 店铺 确认收货时间
      发货时间 更新时间 备注 卖家备注 业务员 部门 制单人 运费 优惠金额 税额 小计 行金额 序号 规格 单位
      """
    ),
  ]

  /// What systems call the attributes of a message, call or ticket.
  static let interactionNames: [(String, String)] = [
    (
      "key",
      """
      id message_id ticket_id number case_id call_id ticket_number event_id 工单号 工单编号 会话编号 记录编号 通话编号 流水号 编号
      """
    ),
    (
      "customer_key",
      """
      customer_id contact_id account_id requester_id sender_id source_id from from_user client_id visitor_id user_id openid
      from_user_name customer_number 客户编号 客户编码 会员编号 用户编号 客户id
      """
    ),
    ("channel", "channel origin source_channel channel_type medium via_channel kanal via 渠道 来源渠道 接入渠道 沟通方式"),
    (
      "direction",
      """
      direction message_type call_type incoming inbound call_direction richtung 呼叫类型 方向 呼叫方向 呼入呼出 通话类型
      """
    ),
    ("subject", "subject title topic betreff asunto objet 主题 标题 问题标题 工单标题 事由"),
    (
      "text",
      """
      text content body body_text description message_text body_plain message nachricht contenido inhalt transcript 内容 通话内容 消息内容
      描述 问题描述 沟通内容 正文
      """
    ),
    (
      "at",
      """
      at created_at created_time created_date date start_time started_at timestamp sent_at received_at created time datum 开始时间
      创建时间 通话时间 呼叫时间 发送时间 接待时间 时间
      """
    ),
    (
      "agent",
      """
      agent agent_id assignee_id assignee owner_id assigned_to user operator bearbeiter staff 坐席 客服 处理人 受理人 坐席工号 接待人员 经办人
      """
    ),
    (
      "status",
      """
      status state case_status ticket_status conversation_status bearbeitungsstatus 处理状态 状态 工单状态 会话状态
      """
    ),
    (
      ignored,
      """
      content_type private conversation_id sender_name sender_email inbox_id to cc bcc in_reply_to references x_mailer
      has_attachments folder case_number contact_email priority type closed_date is_escalated website raw_subject submitter_id
      organisation_id group_id tags has_incidents updated_at satisfaction_rating_score score rating end_time duration language
      客户姓名 来电号码 通话时长 结束时间 满意度 录音文件 优先级 更新时间 部门 技能组
      """
    ),
  ]
}
