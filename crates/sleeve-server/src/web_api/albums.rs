//! Handlers of the area *albums*.

use sleeve_catalogue::{MarketView, Object, View};
use sleeve_endpoints::albums::{GetAlbum, GetSeveralAlbums, ListAlbumTracks};
use sleeve_endpoints::{Call, Window};
use sleeve_model::{Form, Id, Kind, Market};

use super::fault::{Answer, not_found, our_fault};
use super::pages::{Items, List, Order, Page, several, stored, window};
use super::routes::Routes;
use super::serve::{Context, Reply, apart, apart_in, market};
use super::tracks;

/// The window of the page of tracks that a whole album holds, in both quota modes.
const FIRST_TRACKS: Window = Window { limit: 50, offset: 0 };

pub(super) fn serve(routes: Routes) -> Routes {
    routes.serve(get_album).serve(get_several_albums).serve(list_album_tracks)
}

async fn get_album(context: Context, call: Call<GetAlbum>) -> Result<Reply<GetAlbum>, Answer> {
    let id = call.path.id();
    let album = context.object(Kind::Album, id)?.ok_or_else(|| not_found(Kind::Album, id))?;
    let market = market(call.query.market.as_deref());
    apart_in(market, move || {
        let mut json = Vec::new();
        write_whole(&context, &album, market, &mut json)?;
        Ok(Reply::json(json))
    })
    .await
}

async fn get_several_albums(context: Context, call: Call<GetSeveralAlbums>) -> Result<Reply<GetSeveralAlbums>, Answer> {
    // Up to 1,000 tracks.
    apart(move || {
        let market = market(call.query.market.as_deref());
        let ids = call.query.ids.iter().map(|id| id.id());
        several(&context, Kind::Album, ids, |album, out| write_whole(&context, &album, market, out))
    })
    .await
}

async fn list_album_tracks(context: Context, call: Call<ListAlbumTracks>) -> Result<Reply<ListAlbumTracks>, Answer> {
    let window = window::<ListAlbumTracks>(&context, call.query.limit, call.query.offset)?;
    let id = call.path.id();
    context.object(Kind::Album, id)?.ok_or_else(|| not_found(Kind::Album, id))?;
    let market = market(call.query.market.as_deref());
    apart_in(market, move || Ok(Reply::json(page_of_tracks(&context, id, market, window)?))).await
}

/// Whether an album plays in the market, as its document says.
pub(super) fn placed(album: &Object, market: Option<Market>) -> MarketView {
    match market {
        None => MarketView::NotAsked,
        Some(market) if album.plays_in(market) => MarketView::Playable,
        Some(_) => MarketView::Restricted,
    }
}

/// Writes an album with the first of its tracks.
fn write_whole(context: &Context, album: &Object, market: Option<Market>, out: &mut Vec<u8>) -> Result<(), Answer> {
    let tracks = page_of_tracks(context, album.id, market, FIRST_TRACKS)?;
    let tracks = std::str::from_utf8(&tracks).expect("documents are text");
    album.document.write(&View { tracks, ..context.view(placed(album, market)) }, out);
    Ok(())
}

fn page_of_tracks(context: &Context, album: Id, market: Option<Market>, window: Window) -> Result<Vec<u8>, Answer> {
    let found = context.catalogue.album_tracks(album, stored(window)).map_err(our_fault)?;
    let mut items = Items::default();
    for track in found.objects {
        tracks::write(context, track, market, Form::Simplified, items.next())?;
    }
    let list = List::new(context, &format!("albums/{album}/tracks"));
    let list = list.with("market", market.as_ref().map(Market::as_str));
    let page = Page { order: Order::Alphabetical, list, window, total: found.total, reach: None };
    let mut json = Vec::new();
    page.write(&items.json, &mut json);
    Ok(json)
}
