//! Views whose type is forgotten.

use std::any::Any;

use leptos::prelude::*;

/// What can be drawn, as the one type that there is for it. For each type that a view has of its own, the whole of drawing,
/// taking over and drawing anew is compiled once more: so what may be there or not, and what there are several of, is made
/// of views of this one type, and what has it already is not wrapped again.
pub trait Erase {
    fn erased(self) -> AnyView;
}

impl<T: IntoAny + 'static> Erase for View<T> {
    fn erased(self) -> AnyView {
        let mut view = Some(self.into_inner());
        let known: &mut dyn Any = &mut view;
        match known.downcast_mut::<Option<AnyView>>() {
            Some(erased) => erased.take().expect("it was put there"),
            None => view.expect("it was put there").into_any(),
        }
    }
}

impl Erase for AnyView {
    fn erased(self) -> AnyView {
        self
    }
}

impl<V: Erase> Erase for Option<V> {
    fn erased(self) -> AnyView {
        self.map(V::erased).into_any()
    }
}

impl<V: Erase> Erase for Vec<V> {
    fn erased(self) -> AnyView {
        let views: Vec<_> = self.into_iter().map(V::erased).collect();
        views.into_any()
    }
}

impl Erase for String {
    fn erased(self) -> AnyView {
        self.into_any()
    }
}

impl Erase for &'static str {
    fn erased(self) -> AnyView {
        self.into_any()
    }
}

impl Erase for () {
    fn erased(self) -> AnyView {
        self.into_any()
    }
}
