//! Handlers of the area *tracks*.

use sleeve_catalogue::{MarketView, Object, Standing, standing};
use sleeve_endpoints::Call;
use sleeve_endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_model::{Kind, TrackId};

use super::fault::{Answer, not_found, our_fault};
use super::routes::Routes;
use super::serve::{Context, Reply};

pub(super) fn serve(routes: Routes) -> Routes {
    routes.serve(get_track).serve(get_several_tracks)
}

async fn get_track(context: Context, call: Call<GetTrack>) -> Result<Reply<GetTrack>, Answer> {
    let found = find(&context, call.path, call.query.market.as_deref())?;
    let (track, market) = found.ok_or_else(|| not_found(Kind::Track, call.path.id()))?;
    Ok(Reply::document(&track.document, &context.view(market)))
}

async fn get_several_tracks(context: Context, call: Call<GetSeveralTracks>) -> Result<Reply<GetSeveralTracks>, Answer> {
    let mut json = Vec::from(br#"{"tracks":["#);
    for (place, id) in call.query.ids.iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        match find(&context, *id, call.query.market.as_deref())? {
            Some((track, market)) => track.document.write(&context.view(market), &mut json),
            None => json.extend_from_slice(b"null"),
        }
    }
    json.extend_from_slice(b"]}");
    Ok(Reply::json(json))
}

/// The track to answer, after relinking, and what is said of the market.
fn find(context: &Context, id: TrackId, market: Option<&str>) -> Result<Option<(Object, MarketView)>, Answer> {
    let catalogue = context.catalogue.as_ref();
    let Some(track) = catalogue.object(Kind::Track, id.id()).map_err(|error| our_fault(&error))? else {
        context.tally.missed(id.id().as_str());
        return Ok(None);
    };
    let Some(market) = market.and_then(|market| market.parse().ok()) else {
        return Ok(Some((track, MarketView::NotAsked)));
    };
    Ok(Some(match standing(catalogue, &track, market).map_err(|error| our_fault(&error))? {
        Standing::Here => (track, MarketView::Playable),
        Standing::Elsewhere(copy) => (*copy, MarketView::LinkedFrom(track.id)),
        Standing::Nowhere => (track, MarketView::Restricted),
    }))
}
