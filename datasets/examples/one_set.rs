//! Names one set, and therefore carries one: compare the size of this program with that of `every_set`.
//! `cargo run --release -p cairn-datasets --example one_set`

fn main() -> cairn_datasets::Result<()> {
    let data = cairn_datasets::iris().load()?;
    println!("{}: {} rows, {}", data.name, data.n_rows(), data.task);
    Ok(())
}
