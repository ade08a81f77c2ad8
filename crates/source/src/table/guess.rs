//! Guessing what columns mean: by their header first, then by what stands in them.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::mapping::{Field, Mapping, known_status};
use crate::rows::Row;
use crate::value::{amount, time};

/// Header words, lower case and without blanks and signs; the first of a field's words is the surest.
const WORDS: &[(Field, &str)] = &[
    (
        Field::OrderId,
        "订单编号 订单号 订单id 主订单编号 交易编号 交易单号 单号 小票号 orderid orderno ordernumber order tradeid transactionid invoiceno",
    ),
    (Field::ModifiedAt, "修改时间 更新时间 订单修改时间 版本 modifiedat updatedat modified version lastmodified"),
    (
        Field::PaidAt,
        "付款时间 支付时间 订单付款时间 支付完成时间 成交时间 交易时间 消费时间 销售时间 购买时间 购买日期 交易日期 消费日期 销售日期 日期 时间 paidat paymentdate \
         paymenttime paydate paytime orderdate purchasedate purchasedat transactiondate saledate date datetime time",
    ),
    (Field::CreatedAt, "订单创建时间 创建时间 下单时间 订单提交时间 订单时间 下单日期 createdat createtime ordertime orderedat placedat"),
    (Field::CancelledAt, "取消时间 关闭时间 cancelledat canceledat closedat"),
    (Field::Status, "订单状态 状态 交易状态 orderstatus status financialstatus"),
    (
        Field::Number,
        "会员号 会员编号 会员卡号 卡号 会员id 会员 客户编号 客户id 客户号 顾客编号 用户id 用户编号 买家会员名 买家id memberid membernumber memberno member customerid \
         customernumber customerno customer cardno userid clientid",
    ),
    (
        Field::Phone,
        "手机号 手机号码 手机 联系手机 会员手机 会员手机号 电话 联系电话 收件人手机号 收货人手机号 phone mobile phonenumber mobilephone tel telephone",
    ),
    (Field::Email, "邮箱 电子邮箱 电子邮件 email mail emailaddress"),
    (Field::WechatUnion, "unionid 微信unionid wechatunionid"),
    (Field::WechatOpen, "openid 微信openid wechatopenid"),
    (Field::Name, "姓名 会员姓名 客户姓名 收货人姓名 收货人 收件人 买家姓名 name customername membername fullname"),
    (Field::Address, "地址 收货地址 详细地址 收件地址 address shippingaddress"),
    (
        Field::Amount,
        "实付金额 实付款 实收金额 订单实付金额 买家实际支付金额 订单金额 支付金额 付款金额 成交金额 消费金额 销售金额 金额 实付 amount paidamount totalpaid ordertotal \
         total orderamount totalamount payment grandtotal revenue sales",
    ),
    (Field::LinePaid, "商品实付金额 商品实付 行金额 小计 商品金额 明细金额 linepaid linetotal lineamount subtotal itemtotal salesvalue"),
    (Field::LineList, "商品原价金额 原价金额 商品总价 吊牌金额 linelist listamount"),
    (Field::UnitPrice, "单价 商品单价 原价 吊牌价 零售价 unitprice price listprice"),
    (Field::Discount, "折扣金额 优惠金额 优惠 折扣 discount discountamount"),
    (Field::Quantity, "数量 商品数量 购买数量 件数 销售数量 宝贝总数量 quantity qty count items numberofitems"),
    (Field::Sku, "商品编码 商品编号 商家编码 货号 条码 商品id sku skuid skucode productid productcode itemid itemcode barcode"),
    (Field::Product, "商品名称 商品 商品标题 宝贝标题 选购商品 品名 product productname item itemname title"),
    (Field::Category, "类目 品类 商品类目 商品分类 分类 类别 category productcategory department"),
    (Field::Currency, "币种 货币 currency currencycode"),
    (Field::Channel, "渠道 销售渠道 来源渠道 平台 channel saleschannel platform"),
    (Field::Store, "门店 店铺 门店名称 店铺名称 门店编号 store storeid storename shop shopname location"),
    (Field::Refunded, "退款金额 已退款金额 已退金额 refund refunded refundamount refundedamount"),
    (Field::RefundedAt, "退款时间 退款完成时间 refundedat refundtime refunddate"),
    (Field::RefundOf, "原订单号 原单号 原订单编号 originalorderid refundof"),
];

/// How sure a guess is, from 0 to 1.
pub type Confidence = f64;

/// The field a header names: exactly (1.0), or in part (0.6).
pub fn by_header(header: &str) -> Option<(Field, Confidence)> {
    let plain = plain(header);
    if plain.is_empty() || plain.chars().count() > 30 {
        return None;
    }
    let words = || WORDS.iter().flat_map(|(field, words)| words.split_whitespace().map(move |word| (*field, word)));
    if let Some((field, _)) = words().find(|(_, word)| *word == plain) {
        return Some((field, 1.0));
    }
    // Short words are part of too many others.
    let long = |word: &str| if word.is_ascii() { word.len() >= 6 } else { word.chars().count() >= 3 };
    let part = words().filter(|(_, word)| long(word) && plain.contains(word)).max_by_key(|(_, word)| word.chars().count());
    part.map(|(field, _)| (field, 0.6))
}

/// Guesses the whole mapping. Each field gets one column: the surest, then the word named first, then the leftmost.
pub fn mapping(names: &[String], sample: &[Row], context: &Context) -> (Mapping, Vec<Option<(Field, Confidence)>>) {
    let mut guesses: Vec<Option<(Field, Confidence)>> = vec![None; names.len()];
    let mut taken: BTreeMap<Field, (Confidence, std::cmp::Reverse<usize>, usize)> = BTreeMap::new();
    for (column, name) in names.iter().enumerate() {
        let Some((field, sure)) = by_header(name) else { continue };
        let fits = fit(field, column, sample, context);
        if fits < 0.5 {
            continue;
        }
        let rank = (sure * fits, std::cmp::Reverse(word_rank(field, name)), column);
        if taken.get(&field).is_none_or(|best| (best.0, best.1) < (rank.0, rank.1)) {
            taken.insert(field, rank);
        }
    }
    for (field, (sure, _, column)) in &taken {
        guesses[*column] = Some((*field, *sure));
    }
    let free = |guesses: &[Option<_>], field| {
        (0..names.len())
            .find(|&column| guesses[column].is_none() && fit(field, column, sample, context) >= 0.9 && says_anything(column, sample))
    };
    if !taken.contains_key(&Field::PaidAt)
        && !taken.contains_key(&Field::CreatedAt)
        && let Some(column) = free(&guesses, Field::PaidAt)
    {
        guesses[column] = Some((Field::PaidAt, 0.4));
    }
    let priced = [Field::Amount, Field::LinePaid, Field::UnitPrice].iter().any(|field| taken.contains_key(field));
    if !priced {
        let decimal = |column: usize| sample.iter().any(|row| row.raw(column).contains('.'));
        let first = (0..names.len()).find(|&c| guesses[c].is_none() && decimal(c) && fit(Field::Amount, c, sample, context) >= 0.9);
        if let Some(column) = first {
            guesses[column] = Some((Field::Amount, 0.3));
        }
    }
    lines_or_order(sample, &mut guesses);
    let columns = guesses.iter().zip(names).filter_map(|(guess, name)| guess.map(|(field, _)| (field, name.clone()))).collect();
    (Mapping { columns, ..Mapping::default() }, guesses)
}

/// An amount that differs between rows of one order belongs to the line.
fn lines_or_order(sample: &[Row], guesses: &mut [Option<(Field, Confidence)>]) {
    let at = |field| guesses.iter().position(|guess: &Option<(Field, _)>| guess.is_some_and(|(f, _)| f == field));
    let (Some(id), Some(amount), None) = (at(Field::OrderId), at(Field::Amount), at(Field::LinePaid)) else { return };
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let differs = sample.iter().any(|row| match (row.cell(id), row.cell(amount)) {
        (Some(order), Some(money)) => *first.entry(order.text).or_insert(money.text) != money.text,
        _ => false,
    });
    if differs {
        guesses[amount] = guesses[amount].map(|(_, sure)| (Field::LinePaid, sure * 0.8));
    }
}

/// The share of filled sample cells that the field can read; 1 when it reads anything.
fn fit(field: Field, column: usize, sample: &[Row], context: &Context) -> f64 {
    let readable = |row: &Row| {
        let cell = row.cell(column)?;
        Some(match field {
            Field::PaidAt | Field::CreatedAt | Field::CancelledAt | Field::RefundedAt => time::instant(cell, context).is_ok(),
            Field::ModifiedAt => time::version(cell, context).is_ok(),
            Field::Amount | Field::LinePaid | Field::LineList | Field::UnitPrice | Field::Discount | Field::Refunded => {
                amount::money(cell, context.currency).is_ok()
            }
            Field::Quantity => amount::quantity(cell).is_ok(),
            Field::Status => known_status(cell.text).is_some(),
            _ => true,
        })
    };
    let found: Vec<bool> = sample.iter().filter_map(readable).collect();
    if found.is_empty() { 1.0 } else { found.iter().filter(|ok| **ok).count() as f64 / found.len() as f64 }
}

fn says_anything(column: usize, sample: &[Row]) -> bool {
    sample.iter().any(|row| row.cell(column).is_some())
}

/// Where in its field's list a header's word stands: `付款时间` comes before `日期`.
fn word_rank(field: Field, header: &str) -> usize {
    let plain = plain(header);
    let words = WORDS.iter().find(|(known, _)| *known == field).map_or("", |(_, words)| words);
    words.split_whitespace().position(|word| word == plain).unwrap_or(usize::MAX)
}

/// Lower case, without blanks, signs and a unit in brackets.
pub(crate) fn plain(header: &str) -> String {
    let narrowed = crate::value::cell::narrow(crate::value::cell::clean(header)).to_lowercase();
    let head = narrowed.split('(').next().unwrap_or(&narrowed);
    head.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_both_languages() {
        for (header, field) in [
            ("订单编号", Field::OrderId),
            ("Order ID", Field::OrderId),
            ("order_id", Field::OrderId),
            ("金额（元）", Field::Amount),
            ("买家实际支付金额", Field::Amount),
            ("订单付款时间 ", Field::PaidAt),
            ("\u{feff}member no.", Field::Number),
            ("Customer ID", Field::Number),
            ("收件人手机号", Field::Phone),
        ] {
            assert_eq!(by_header(header), Some((field, 1.0)), "{header}");
        }
        assert_eq!(by_header("备注"), None);
    }

    #[test]
    fn no_word_stands_for_two_fields() {
        let mut seen: BTreeMap<&str, Field> = BTreeMap::new();
        for (field, words) in WORDS {
            for word in words.split_whitespace() {
                assert_eq!(seen.insert(word, *field), None, "{word}");
                assert_eq!(plain(word), word);
            }
        }
    }
}
