//! Windows of long lists: what each quota mode allows, and what a call asks for.

use std::borrow::Cow;

use sleeve_model::QuotaMode;

use crate::Refusal;

/// The windows that an endpoint takes, in both quota modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimits {
    /// For apps in extended mode.
    pub extended: Limit,
    /// For apps in development mode.
    pub development: Limit,
    /// Where the list ends for callers, however long it is: offset and limit together reach no further.
    pub reach: Option<u32>,
}

/// How wide a window may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Where the call names none.
    pub default: u32,
    /// At most.
    pub max: u32,
}

/// A window of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many items, at most.
    pub limit: u32,
    /// How many items stand before it.
    pub offset: u32,
}

impl PageLimits {
    /// 20 items, at most 50, in both modes.
    pub const SAME: Self = Self { extended: Limit::CLASSIC, development: Limit::CLASSIC, reach: None };
    /// 20 items, at most 50; in development mode 5, at most 10.
    pub const NARROWED: Self =
        Self { extended: Limit::CLASSIC, development: Limit { default: 5, max: 10 }, reach: None };

    /// What the mode allows.
    pub const fn of(&self, mode: QuotaMode) -> Limit {
        match mode {
            QuotaMode::Development => self.development,
            QuotaMode::Extended => self.extended,
        }
    }

    /// The window that a call asks for.
    ///
    /// # Errors
    /// [`Refusal::InvalidLimit`] for 0 and for more than the mode allows; [`Refusal::InvalidOffset`] for a window that
    /// goes beyond [`PageLimits::reach`].
    pub fn window(&self, mode: QuotaMode, limit: Option<u32>, offset: Option<u32>) -> Result<Window, Refusal> {
        let allowed = self.of(mode);
        let window = Window { limit: limit.unwrap_or(allowed.default), offset: offset.unwrap_or(0) };
        if window.limit == 0 || window.limit > allowed.max {
            return Err(Refusal::InvalidLimit);
        }
        match self.reach {
            Some(reach) if window.offset.saturating_add(window.limit) > reach => Err(Refusal::InvalidOffset),
            _ => Ok(window),
        }
    }
}

impl Window {
    /// The address with this window in its query, and everything else as it stands there.
    pub fn put_into(&self, address: &str) -> String {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(Cow::Borrowed).collect();
        for (name, value) in [("limit", self.limit), ("offset", self.offset)] {
            let new = Cow::Owned(format!("{name}={value}"));
            let is_old = |pair: &&mut Cow<'_, str>| pair.split('=').next() == Some(name);
            match pairs.iter_mut().find(is_old) {
                Some(old) => *old = new,
                None => pairs.push(new),
            }
        }
        format!("{path}?{}", pairs.join("&"))
    }
}

impl Limit {
    const CLASSIC: Self = Self { default: 20, max: 50 };
}

#[cfg(test)]
mod tests {
    use sleeve_model::QuotaMode::{Development, Extended};

    use super::{PageLimits, Window};
    use crate::Refusal::{InvalidLimit, InvalidOffset};

    #[test]
    fn each_mode_has_its_own_bounds() {
        let searched = PageLimits { reach: Some(1000), ..PageLimits::NARROWED };
        for (mode, limit, offset, expected) in [
            (Extended, None, None, Ok((20, 0))),
            (Extended, Some(50), Some(950), Ok((50, 950))),
            (Extended, Some(50), Some(951), Err(InvalidOffset)),
            (Extended, Some(1), Some(u32::MAX), Err(InvalidOffset)),
            (Extended, Some(51), None, Err(InvalidLimit)),
            (Extended, Some(0), None, Err(InvalidLimit)),
            (Development, None, None, Ok((5, 0))),
            (Development, Some(10), Some(40), Ok((10, 40))),
            (Development, Some(11), None, Err(InvalidLimit)),
        ] {
            let expected = expected.map(|(limit, offset)| Window { limit, offset });
            assert_eq!(searched.window(mode, limit, offset), expected, "{mode} {limit:?} {offset:?}");
        }
        assert!(PageLimits::SAME.window(Development, Some(50), Some(u32::MAX)).is_ok());
    }

    #[test]
    fn a_window_takes_the_place_of_another_in_an_address() {
        let window = Window { limit: 50, offset: 30 };
        for (address, expected) in [
            ("/search", "/search?limit=50&offset=30"),
            ("/search?q=limit%3D1&limit=10&type=track", "/search?q=limit%3D1&limit=50&type=track&offset=30"),
            ("https://x/y?offset=0&limit=10&query=a", "https://x/y?offset=30&limit=50&query=a"),
        ] {
            assert_eq!(window.put_into(address), expected);
        }
    }
}
