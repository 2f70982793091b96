//! Handlers of the area *tracks*.

use sleeve_catalogue::{MarketView, Object, Standing, View, standing};
use sleeve_endpoints::Call;
use sleeve_endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_model::{Form, Kind, Market};

use super::fault::{Answer, not_found, our_fault};
use super::pages::several;
use super::routes::Routes;
use super::serve::{Context, Reply, apart_in, market};

pub(super) fn serve(routes: Routes) -> Routes {
    routes.serve(get_track).serve(get_several_tracks)
}

async fn get_track(context: Context, call: Call<GetTrack>) -> Result<Reply<GetTrack>, Answer> {
    let id = call.path.id();
    let track = context.object(Kind::Track, id)?.ok_or_else(|| not_found(Kind::Track, id))?;
    let (track, view) = placed(&context, track, market(call.query.market.as_deref()))?;
    Ok(Reply::document(&track.document, &context.view(view)))
}

async fn get_several_tracks(context: Context, call: Call<GetSeveralTracks>) -> Result<Reply<GetSeveralTracks>, Answer> {
    let market = market(call.query.market.as_deref());
    apart_in(market, move || {
        let ids = call.query.ids.iter().map(|id| id.id());
        several(&context, Kind::Track, ids, |track, out| write(&context, track, market, Form::Full, out))
    })
    .await
}

/// Writes a track as it stands in the market.
pub(super) fn write(
    context: &Context,
    track: Object,
    market: Option<Market>,
    form: Form,
    out: &mut Vec<u8>,
) -> Result<(), Answer> {
    let (track, view) = placed(context, track, market)?;
    track.document.write(&View { form, ..context.view(view) }, out);
    Ok(())
}

/// The track to answer, after relinking, and what is said of the market.
pub(super) fn placed(context: &Context, track: Object, market: Option<Market>) -> Result<(Object, MarketView), Answer> {
    let Some(market) = market else { return Ok((track, MarketView::NotAsked)) };
    Ok(match standing(context.catalogue.as_ref(), &track, market).map_err(our_fault)? {
        Standing::Here => (track, MarketView::Playable),
        Standing::Elsewhere(copy) => (*copy, MarketView::LinkedFrom(track.id)),
        Standing::Nowhere => (track, MarketView::Restricted),
    })
}
