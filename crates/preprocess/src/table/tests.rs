//! What a file may hold, and what is said of it where it may not.

use super::*;
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

fn read(text: &str) -> Result<Table> {
    Table::from_csv(text.as_bytes(), "f.csv")
}

fn refused(bytes: &[u8]) -> String {
    Table::from_csv(bytes, "f.csv").unwrap_err().to_string()
}

#[test]
fn a_column_is_numeric_if_all_cells_that_are_there_are_numbers() {
    let table =
        read("\u{feff}a, b ,c,d\r\n-0,x,1,Inf\r\n1e5,NA,nan,y\r\n+3, ? ,NULL,\"na\"\r\n.5,\"-NaN\",,z\r\n").unwrap();
    assert_eq!(table.names(), ["a", "b", "c", "d"]);
    assert_eq!(table.column("a"), Ok(&Column::Numbers(vec![Some(-0.0), Some(1e5), Some(3.0), Some(0.5)])));
    assert_eq!(table.column("b"), Ok(&Column::Words(vec![Some("x".into()), None, None, None])));
    assert_eq!(table.column("c"), Ok(&Column::Numbers(vec![Some(1.0), None, None, None])));
    let words = vec![Some("Inf".into()), Some("y".into()), None, Some("z".into())];
    assert_eq!(table.column("d"), Ok(&Column::Words(words)));
    assert_eq!(table.n_rows(), 4);
}

#[test]
fn every_refusal_is_one_line_that_names_the_place() {
    for (bytes, says) in [
        (&b""[..], "f.csv: expected a header and rows, found an empty file"),
        (b" \n\n", "f.csv: expected a header and rows, found an empty file"),
        (b"a,b\n", "f.csv: expected rows below the header, found none"),
        (b"a\n1\n\xff", "f.csv: expected UTF-8 text, found byte 0xff at line 3"),
        (b"a\n\0", "f.csv: expected text, found a NUL byte at line 2"),
        (b"a,b\n1,2\n\n3\n", "f.csv: row 2 (line 4): expected 2 cells, found 1"),
        (b"a,b\n1,2,3", "f.csv: row 1 (line 2): expected 2 cells, found 3"),
        (b"a,b,\" a\"\n1,2,3", "f.csv: header: expected distinct names, found 'a' twice"),
        (b"a,b,\n1,2,3", "f.csv: header: expected a name for column 3 of 3, found none"),
        (b"a,b\n1,\n2,NA", "f.csv: column 'b': expected at least one value, found only missing cells"),
        (b"a,b\n1,2\n1,1e999", "f.csv: row 2 (line 3), column 'b': expected a finite number, found '1e999'"),
        (b"a\n-infinity", "f.csv: row 1 (line 2), column 'a': expected a finite number, found '-infinity'"),
        (b"a,b\n1,\"2\n3,4", "f.csv: row 1 (line 2), column 'b': expected a closing quote, found the end of the file"),
        (b"a,\"b\n1,2", "f.csv: header (line 1), column 2: expected a closing quote, found the end of the file"),
        (b"\"a\nb\"\ninf", "f.csv: row 1 (line 3), column 'a\\nb': expected a finite number, found 'inf'"),
    ] {
        assert_eq!(refused(bytes), says);
    }
}

#[test]
fn a_file_that_breaks_off_is_an_error_and_not_a_short_table() {
    struct Cut(bool);
    impl std::io::Read for Cut {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "corrupt\nstream"));
            }
            buffer[..4].copy_from_slice(b"a\n1\n");
            Ok(4)
        }
    }
    let error = Table::from_csv(Cut(false), "f.csv.gz").unwrap_err();
    assert_eq!(error.to_string(), "f.csv.gz: cannot read: corrupt\\nstream");
}

#[test]
fn a_second_file_is_read_by_the_first_ones_schema() {
    let schema = read("id,size,city\n1,2,x\n3,4,y").unwrap().schema().with_kind("id", Kind::Words).unwrap();
    let like = |text: &str, schema: &Schema| Table::from_csv_like(text.as_bytes(), "t.csv", schema);
    let table = like("city,more,size,id\n7,w,?,01", &schema).unwrap();
    assert_eq!(table.names(), ["id", "size", "city"]);
    assert_eq!(table.columns()[0], Column::Words(vec![Some("01".into())]));
    assert_eq!(table.columns()[1], Column::Numbers(vec![None]), "a column may be missing throughout");
    assert_eq!(table.columns()[2], Column::Words(vec![Some("7".into())]), "the schema decides, not the cells");
    let says = |text: &str| like(text, &schema).unwrap_err().to_string();
    assert_eq!(
        says("id,size,city\n1,1,x\n2,big,y"),
        "t.csv: row 2 (line 3), column 'size': expected a number, found 'big'"
    );
    assert_eq!(says("id,city\n1,x"), "t.csv: expected a column 'size', found 'id', 'city'");
    let without = like("id,city\n1,x", &schema.clone().optional(&["size"]).unwrap()).unwrap();
    assert_eq!(without.names(), ["id", "city"]);
    let saved = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&saved).unwrap(), schema);
}

#[test]
fn columns_and_rows_are_taken_by_name_and_number() {
    let table = read("a,b\n1,x\n2,\n3,z").unwrap();
    assert_eq!(table.take_rows(&[2, 0]).unwrap(), read("a,b\n3,z\n1,x").unwrap());
    assert!(matches!(table.take_rows(&[3]), Err(Error::Domain { what: "rows", row: Some(0), .. })));
    let empty = table.drop_columns(&["a", "b"]).unwrap();
    assert_eq!(empty.take_rows(&[1, 1]).unwrap().n_rows(), 2);
    assert!(matches!(empty.take_rows(&[3]), Err(Error::Domain { .. })));
    assert_eq!(table.drop_columns(&["c"]).unwrap_err().to_string(), "table: expected a column 'c', found 'a', 'b'");
    let (x, b) = table.split_target("b").unwrap();
    assert_eq!((x.to_matrix().unwrap().as_slice(), b.n_missing()), (&[1.0, 2.0, 3.0][..], 1));
}

#[test]
fn what_a_matrix_cannot_hold_is_named() {
    let says = |table: Table| table.to_matrix().unwrap_err().to_string();
    assert_eq!(says(read("a,b\n1,2\n3,").unwrap()), "table: row 2, column 'b': expected a value, found a missing cell");
    assert_eq!(says(read("a,b\n1,x").unwrap()), "table: column 'b': expected numbers, found words");
    let labels = read("a,b\n1.0,x\n1e20,").unwrap();
    assert_eq!(labels.labels("a").unwrap(), ["1", "1e20"]);
    assert_eq!(labels.numbers("a").unwrap()[1], 1e20);
    assert!(labels.labels("b").unwrap_err().to_string().starts_with("table: row 2, column 'b'"));
}

#[test]
fn a_table_is_rectangular_finite_and_its_names_are_distinct() {
    let column = |cells: &[f64]| Column::Numbers(cells.iter().map(|&cell| Some(cell)).collect());
    let table =
        |a: &str, b: &str, cells: &[f64]| Table::new(vec![(a.into(), column(&[1.0])), (b.into(), column(cells))]);
    assert!(table("a", "b", &[1.0]).is_ok());
    let shape = Error::Shape { what: "table", unit: "rows", expected: 1, found: 2 };
    assert_eq!(table("a", "b", &[1.0, 2.0]), Err(shape));
    assert_eq!(table("a", "b", &[f64::NAN]), Err(Error::NonFinite { what: "table", row: 0, column: 1 }));
    assert!(matches!(table("a", "a", &[1.0]), Err(Error::Format(_))));
    assert!(matches!(table("a", "", &[1.0]), Err(Error::Format(_))));
}

#[test]
fn a_disk_that_is_full_is_an_error() {
    let table = read("a\n1").unwrap();
    let mut four = [0_u8; 4];
    assert!(table.write_csv(&mut four[..]).is_ok());
    let error = table.write_csv(&mut four[..3]).unwrap_err().to_string();
    assert!(error.starts_with("table: cannot write: "), "{error}");
}

/// Tables as a file can hold them: at least one value a column, words that do not look like numbers or missing cells.
fn tables() -> impl Strategy<Value = Table> {
    let number = prop_oneof![any::<f64>().prop_filter("finite", |v| v.is_finite()), (-9..9_i32).prop_map(f64::from)];
    let numbers = (1_usize..6).prop_flat_map(move |n| prop::collection::vec(prop::option::of(number.clone()), n));
    (numbers, "w[a, \"\n\r]{0,4}w?", any::<bool>()).prop_map(|(mut numbers, word, alone)| {
        numbers[0] = numbers[0].or(Some(0.5));
        let words = numbers.iter().map(|cell| cell.map(|_| word.clone())).collect();
        let mut columns = vec![("n".to_owned(), Column::Numbers(numbers))];
        if !alone {
            columns.push(("w,\" w".to_owned(), Column::Words(words)));
        }
        Table::new(columns).unwrap()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_bit_for_bit(table in tables()) {
        let mut text = Vec::new();
        table.write_csv(&mut text).unwrap();
        let again = Table::from_csv(&text[..], "f.csv").unwrap();
        prop_assert_eq!(&again, &table);
        let bits = |t: &Table| match &t.columns[0] {
            Column::Numbers(cells) => cells.iter().map(|cell| cell.map(f64::to_bits)).collect::<Vec<_>>(),
            Column::Words(_) => Vec::new(),
        };
        prop_assert_eq!(bits(&again), bits(&table), "-0 keeps its sign");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "[a,\"\n\r 1?é.-]{0,60}".prop_map(String::into_bytes),
        "a,b\n(([1-3]|x|\"y\"|\"\"|NA|inf),(1|1e999|\"z)?\n){0,4}".prop_map(String::into_bytes),
    ]) {
        let read = Table::from_csv(&bytes[..], "f.csv");
        let schema = Schema { fields: vec![Field { name: "a".into(), kind: Kind::Numbers, optional: true }] };
        for result in [read, Table::from_csv_like(&bytes[..], "f.csv", &schema)] {
            match result {
                Ok(table) => prop_assert!(table.n_rows() > 0),
                Err(e) => prop_assert!(e.to_string().lines().count() == 1 && e.to_string().starts_with("f.csv: "), "{e}"),
            }
        }
    }
}
