//! Many files, and files that include each other.

use super::{CHECK, CHECK_ALL, Files, each, kinds};

/// Files with numbers in their names, beside others.
fn numbered(count: usize, name: impl Fn(usize) -> String, text: impl Fn(usize) -> String) -> Files {
    (0..count).map(|n| (name(n), text(n))).collect()
}

kinds! {
    includes: CHECK, 75, |n| {
        let mut files = numbered(n, |n| format!("i{n}.gate"), |n| format!("allow t{n} 5/minute\n"));
        files.push(("p.gate".to_owned(), each(n, |n| format!("include \"i{n}.gate\"\n"))));
        files
    };
    /// Chains of 30: a file is checked as a part of the first of its chain alone.
    chains_of_includes: CHECK_ALL, 45, |n| {
        numbered(n, |n| format!("c{n:05}.gate"), |n| match n % 30 {
            29 => format!("allow t{n}\n"),
            _ => format!("include \"c{:05}.gate\"\nallow t{n}\n", n + 1),
        })
    };
    /// Every file of a layer includes every file of the next, and one policy the first layer.
    layers_of_includes: CHECK_ALL, 100, |n| {
        let width = n.isqrt();
        let layer = |layer: usize| move |n: usize| format!("l{layer}-{n}.gate");
        let to = |next: usize| each(width, |n| format!("include \"{}\"\n", layer(next)(n)));
        let mut files = vec![("p.gate".to_owned(), to(0))];
        files.extend(numbered(width, layer(0), |n| to(1) + &format!("allow a{n}\n")));
        files.extend(numbered(width, layer(1), |n| to(2) + &format!("allow b{n}\n")));
        files.extend(numbered(width, layer(2), |n| format!("allow c{n}\n")));
        files
    };
    policies: CHECK_ALL, 30, |n| {
        numbered(n, |n| format!("p{n}.gate"), |n| format!("allow t{n} 5/minute\n"))
    };
}
