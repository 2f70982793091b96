//! Handlers of the area *artists*.

use sleeve_catalogue::{MarketView, View};
use sleeve_endpoints::Call;
use sleeve_endpoints::artists::{GetArtist, GetSeveralArtists, ListArtistAlbums, ListArtistTopTracks};
use sleeve_model::{AlbumGroup, Form, Id, Kind, Market};

use super::fault::{Answer, not_found, our_fault};
use super::pages::{Items, List, Order, Page, several, stored, window};
use super::routes::Routes;
use super::serve::{Context, Reply, apart, market};
use super::{albums, tracks};

/// How many top tracks an artist has.
const TOP: u32 = 10;

/// How many of an artist's tracks are looked at for those that play in a market.
const LOOKED_AT: u32 = 640;

pub(super) fn serve(routes: Routes) -> Routes {
    routes.serve(get_artist).serve(get_several_artists).serve(list_artist_albums).serve(list_artist_top_tracks)
}

async fn get_artist(context: Context, call: Call<GetArtist>) -> Result<Reply<GetArtist>, Answer> {
    let id = call.path.id();
    let artist = context.object(Kind::Artist, id)?.ok_or_else(|| not_found(Kind::Artist, id))?;
    Ok(Reply::document(&artist.document, &context.view(MarketView::NotAsked)))
}

async fn get_several_artists(
    context: Context,
    call: Call<GetSeveralArtists>,
) -> Result<Reply<GetSeveralArtists>, Answer> {
    let ids = call.query.ids.iter().map(|id| id.id());
    several(&context, Kind::Artist, ids, |artist, out| {
        artist.document.write(&context.view(MarketView::NotAsked), out);
        Ok(())
    })
}

async fn list_artist_albums(context: Context, call: Call<ListArtistAlbums>) -> Result<Reply<ListArtistAlbums>, Answer> {
    let window = window::<ListArtistAlbums>(&context, call.query.limit, call.query.offset)?;
    let id = call.path.id();
    context.object(Kind::Artist, id)?.ok_or_else(|| not_found(Kind::Artist, id))?;
    apart(move || {
        let market = market(call.query.market.as_deref());
        let asked = call.query.include_groups;
        let groups = if asked.is_empty() { &AlbumGroup::ALL } else { asked.as_slice() };
        let found = context.catalogue.artist_albums(id, groups, market, stored(window)).map_err(our_fault)?;
        let mut items = Items::default();
        for (group, album) in found.albums {
            let view = context.view(albums::placed(&album, market));
            let view = View { form: Form::Simplified, album_group: Some(group), ..view };
            album.document.write(&view, items.next());
        }
        let words: Vec<_> = asked.iter().map(|group| group.as_str()).collect();
        let list = List::new(&context, &format!("artists/{id}/albums"))
            .with("include_groups", (!words.is_empty()).then(|| words.join(",")).as_deref())
            .with("market", market.as_ref().map(Market::as_str));
        let page = Page { order: Order::ItemsLast, list, window, total: found.total, reach: None };
        let mut json = Vec::new();
        page.write(&items.json, &mut json);
        Ok(Reply::json(json))
    })
    .await
}

async fn list_artist_top_tracks(
    context: Context,
    call: Call<ListArtistTopTracks>,
) -> Result<Reply<ListArtistTopTracks>, Answer> {
    let id = call.path.id();
    context.object(Kind::Artist, id)?.ok_or_else(|| not_found(Kind::Artist, id))?;
    apart(move || {
        let mut items = Items::named(Kind::Track);
        for (track, view) in top_tracks(&context, id, market(call.query.market.as_deref()))? {
            track.document.write(&context.view(view), items.next());
        }
        Ok(items.reply())
    })
    .await
}

/// The most popular tracks of an artist; with a market, those of the first [`LOOKED_AT`] that play there in some copy,
/// each copy once.
fn top_tracks(
    context: &Context,
    artist: Id,
    market: Option<Market>,
) -> Result<Vec<(sleeve_catalogue::Object, MarketView)>, Answer> {
    let mut looked_at = TOP;
    loop {
        let mut found = Vec::new();
        let tracks = context.catalogue.top_tracks(artist, looked_at).map_err(our_fault)?;
        let all = tracks.len() < looked_at as usize;
        for track in tracks {
            let (track, view) = tracks::placed(context, track, market)?;
            let known = found.iter().any(|(known, _): &(sleeve_catalogue::Object, _)| known.id == track.id);
            if view != MarketView::Restricted && !known {
                found.push((track, view));
            }
            if found.len() == TOP as usize {
                return Ok(found);
            }
        }
        // Too few of the first play there: further down there may be more.
        if all || looked_at >= LOOKED_AT {
            return Ok(found);
        }
        looked_at *= 8;
    }
}
