//! The dashboard's addresses.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::assets::Asset;

/// Where the list of apps is.
pub(super) const HOME: &str = "/dashboard";
/// Where one-time links lead.
pub(super) const SIGN_IN: &str = "/dashboard/sign-in";

/// A page or an action; those of one app hold its client id.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Root,
    Apps,
    SignIn,
    SignOut,
    Create,
    App(String),
    Secret(String),
    Rotate(String),
    Edit(String),
    Delete(String),
    Quota(String),
    Asset(&'static Asset),
}

impl Route {
    /// The route of a path.
    pub(super) fn find(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?.trim_end_matches('/');
        let segments: Vec<_> = path.split('/').collect();
        match segments.as_slice() {
            [""] => Some(Self::Root),
            ["dashboard"] => Some(Self::Apps),
            ["dashboard", "sign-in"] => Some(Self::SignIn),
            ["dashboard", "sign-out"] => Some(Self::SignOut),
            ["dashboard", "create"] => Some(Self::Create),
            ["dashboard", "assets", name] => Asset::find(name).map(Self::Asset),
            ["dashboard", "apps", id] => Some(Self::App(decode(id)?)),
            ["dashboard", "apps", id, "secret"] => Some(Self::Secret(decode(id)?)),
            ["dashboard", "apps", id, "rotate"] => Some(Self::Rotate(decode(id)?)),
            ["dashboard", "apps", id, "edit"] => Some(Self::Edit(decode(id)?)),
            ["dashboard", "apps", id, "delete"] => Some(Self::Delete(decode(id)?)),
            ["dashboard", "apps", id, "quota"] => Some(Self::Quota(decode(id)?)),
            _ => None,
        }
    }

    /// The methods that it has, as the header `Allow` lists them.
    pub(super) fn allowed(&self) -> &'static str {
        match self {
            Self::Root | Self::Apps | Self::SignIn | Self::App(_) | Self::Asset(_) => "GET, HEAD",
            Self::Create | Self::Rotate(_) | Self::Edit(_) | Self::Delete(_) => "GET, HEAD, POST",
            Self::SignOut | Self::Secret(_) | Self::Quota(_) => "POST",
        }
    }
}

/// The path of an app's page. Ids that were issued here need no escape; an adopted app may have any id.
pub(super) fn app(client_id: &str) -> String {
    format!("{HOME}/apps/{}", utf8_percent_encode(client_id, NON_ALPHANUMERIC))
}

fn decode(segment: &str) -> Option<String> {
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    (!decoded.is_empty()).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Route, app};

    #[test]
    fn a_path_leads_to_its_page_and_back() {
        let id = "a/b ü?\"";
        assert_eq!(Route::find(&app(id)), Some(Route::App(id.to_owned())));
        assert_eq!(Route::find("/"), Some(Route::Root));
        assert_eq!(Route::find("/dashboard/"), Some(Route::Apps));
        assert_eq!(Route::find("/dashboard/apps/0a/edit"), Some(Route::Edit("0a".to_owned())));
        for path in ["", "*", "/dashboards", "/dashboard/apps", "/dashboard/apps//edit", "/dashboard/apps/%ff", "/x"] {
            assert_eq!(Route::find(path), None, "{path}");
        }
    }
}
