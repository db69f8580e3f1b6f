//! A line of facts for each set. `cargo run --release -p cairn-datasets --example every_set`

fn main() -> cairn_datasets::Result<()> {
    for set in cairn_datasets::all() {
        let data = set.load()?;
        println!("{}: {} rows, {}, {}, {}", data.name, data.n_rows(), set.form, data.task, set.licence);
    }
    Ok(())
}
