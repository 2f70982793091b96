//! The handler of *search*.

use sleeve_catalogue::text::Query;
use sleeve_catalogue::{Find, MarketView, View};
use sleeve_endpoints::search::{Search, SearchQuery};
use sleeve_endpoints::{Call, Window};
use sleeve_model::{Form, Kind, Market};

use super::fault::{Answer, our_fault};
use super::pages::{Items, List, Order, Page, stored, window};
use super::routes::Routes;
use super::serve::{Context, Reply, apart, market};

/// What an answer may hold, in the order in which it does, whatever the order asked.
const TYPES: [Kind; 7] =
    [Kind::Track, Kind::Artist, Kind::Album, Kind::Playlist, Kind::Show, Kind::Episode, Kind::Audiobook];

/// No search is said to find more.
const MOST: u32 = 1_000;

pub(super) fn serve(routes: Routes) -> Routes {
    routes.serve(search)
}

async fn search(context: Context, call: Call<Search>) -> Result<Reply<Search>, Answer> {
    let window = window::<Search>(&context, call.query.limit, call.query.offset)?;
    apart(move || {
        let query = Query::parse(&call.query.q);
        let mut json = vec![b'{'];
        for kind in TYPES.into_iter().filter(|kind| call.query.types.contains(kind)) {
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(format!("\"{kind}s\":").as_bytes());
            write_page(&context, kind, &query, &call.query, window, &mut json)?;
        }
        json.push(b'}');
        Ok(Reply::json(json))
    })
    .await
}

fn write_page(
    context: &Context,
    kind: Kind,
    query: &Query,
    asked: &SearchQuery,
    window: Window,
    out: &mut Vec<u8>,
) -> Result<(), Answer> {
    let market = market(asked.market.as_deref());
    let find = Find { market, today: today(context.clock.unix_millis()), window: stored(window) };
    let found = context.catalogue.search(kind, query, &find).map_err(our_fault)?;
    let form = if kind == Kind::Album { Form::Simplified } else { Form::Full };
    let plays = if market.is_some() { MarketView::Playable } else { MarketView::NotAsked };
    let mut items = Items::default();
    for object in found.objects {
        object.document.write(&View { form, ..context.view(plays) }, items.next());
    }
    let list = List::new(context, "search")
        .with("query", Some(&asked.q))
        .with("type", Some(kind.as_str()))
        .with("market", market.as_ref().map(Market::as_str));
    let total = found.total.min(MOST);
    let reach = Search::LIMITS.reach;
    Page { order: Order::ItemsLast, list, window, total, reach }.write(&items.json, out);
    Ok(())
}

/// The day of an instant as 20261124, in the calendar of UTC.
fn today(unix_millis: u64) -> u32 {
    // Years are counted from the March of year 0, so that the day that not all of them have is their last one.
    let day = unix_millis / 86_400_000 + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    u32::try_from((era * 400 + year) * 10_000 + month * 100 + day).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::today;

    #[test]
    fn an_instant_is_on_a_day() {
        for (unix_seconds, expected) in [
            (0, 19_700_101),
            (86_399, 19_700_101),
            (951_782_400, 20_000_229),
            (951_868_800, 20_000_301),
            (1_790_000_000, 20_260_921),
            (4_107_542_399, 21_000_228),
            (4_107_542_400, 21_000_301),
        ] {
            assert_eq!(today(unix_seconds * 1_000), expected, "{unix_seconds}");
        }
        assert_eq!(today(u64::MAX), u32::MAX);
    }
}
