//! `members`: who there is. A member of whom nothing is left, because what came was retracted, is none.

use perennial_kernel::{MemberId, Relation};
use perennial_rules::book::Book;
use perennial_rules::order_state::Content;
use perennial_rules::profile::Purchases;

use super::Source::{Clear, Personal, Sealed};
use super::{Basis, Fold, Read, Told, orders};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

pub struct Row<'a> {
    told: Told<'a>,
    basis: &'a Basis,
    book: &'a Book,
    purchases: Purchases,
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.member().to_string().into()),
    ("number", Kind::Text, "the brand's own number of the member, if there is one", "品牌的会员号（如有）", Sealed, |row| {
        row.told.contact.number.as_deref().into()
    }),
    ("name", Kind::Text, "name", "姓名", Personal, |row| row.told.contact.name.as_deref().into()),
    ("phone", Kind::Text, "the latest phone", "最近的手机号", Personal, |row| row.told.contact.phone.as_deref().into()),
    ("email", Kind::Text, "the latest email", "最近的邮箱", Personal, |row| row.told.contact.email.as_deref().into()),
    ("known_on", Kind::Day, "day of the first trace", "首次出现日", Clear, |row| {
        row.book.known_from.map(|at| row.basis.reference.calendar.day(at)).into()
    }),
    ("registered_on", Kind::Day, "day of registration", "注册日", Clear, |row| {
        row.book.relations[Relation::Registered as usize].map(|at| row.basis.reference.calendar.day(at)).into()
    }),
    ("first_purchase_on", Kind::Day, "day of the first counted purchase", "首次计次消费日", Clear, |row| row.purchases.first.into()),
    ("last_purchase_on", Kind::Day, "day of the last counted purchase", "最近一次计次消费日", Clear, |row| {
        row.purchases.last.into()
    }),
    ("first_channel", Kind::Text, "channel of the first counted order", "首笔计次订单的渠道", Clear, |row| {
        row.first().and_then(|content| content.channel.as_deref()).into()
    }),
    ("first_store", Kind::Text, "store of the first counted order", "首笔计次订单的门店", Clear, |row| {
        row.first().and_then(|content| content.store.as_deref()).into()
    }),
    ("orders", Kind::Int, "counted orders in all", "累计计次订单数", Clear, |row| row.purchases.orders_total.into()),
    (
        "purchases",
        Kind::Int,
        "counted purchases in all, as the brand counts them",
        "累计计次消费次数（按品牌计次方式）",
        Clear,
        |row| row.purchases.f_total.into(),
    ),
    (
        "money",
        Kind::Money,
        "money in all, refunds that name no order taken off, too",
        "累计消费金额，已扣除未关联订单的退款",
        Clear,
        |row| row.purchases.m_total.into(),
    ),
    (
        "erased",
        Kind::Flag,
        "the person was erased: what is left is nobody's",
        "个人信息已删除，其余数据不再指向任何人",
        Clear,
        |row| row.book.is_erased().into(),
    ),
];

impl Row<'_> {
    fn member(&self) -> MemberId {
        self.told.member
    }

    fn first(&self) -> Option<&Content> {
        orders::first_of(self.basis, self.book)?.content.as_ref()
    }
}

pub struct Members<'a> {
    basis: &'a Basis,
}

impl<'a> Members<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        Self { basis }
    }
}

impl Fold for Members<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        let basis = self.basis;
        let book = told.history.book(&basis.reference, basis.until);
        if book.known_from.is_none() {
            return;
        }
        let brand = &basis.reference.brand;
        let purchases = Purchases::as_of(&book.purchases, basis.today, brand.life_gap_days, brand.counting);
        let row = Row { told, basis, book: &book, purchases };
        out.row(|column| (COLUMNS[column].5)(&row));
    }
}
