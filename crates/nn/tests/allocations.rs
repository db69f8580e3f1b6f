//! A warm step allocates nothing of our own: all that is counted are the products' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use allocation_counter::{AllocationInfo, measure};
use cairn_nn::{
    Activation, Adam, Architecture, Expected, FirstOrder, Loss, Mode, Network, Parallelism, Targets, Workspace,
};
use cairn_numeric::{matmul_fitting, tr};
use nalgebra::DMatrix;

const SAMPLES: usize = 32;

fn warm(network: &mut Network<f32>, adam: &Adam, inputs: &[f32], classes: &[usize]) -> AllocationInfo {
    let mut room: Workspace<f32> = network.workspace(SAMPLES);
    let mut state = adam.start(network.params().len());
    let mut step = |number: u64| {
        room.load_slice(inputs).unwrap();
        let expected = Expected::new(Targets::Classes(classes), SAMPLES);
        let cost = network.cost_and_gradient(&mut room, (0, number), &Loss::SOFTMAX, &expected).unwrap();
        assert!(cost.is_finite());
        network.follow(&room).unwrap();
        adam.step(&mut state, 1e-3, network.params_mut(), room.gradient()).unwrap();
        network.forward(&mut room, Mode::Infer, (0, 0)).unwrap();
    };
    step(0);
    measure(|| step(1))
}

#[test]
fn layers_without_products_allocate_nothing() {
    let architecture = Architecture::new(10)
        .layer_norm()
        .activation(Activation::Gelu)
        .dropout(0.2)
        .batch_norm()
        .residual(1)
        .activation(Activation::Relu);
    let mut network = Network::new(architecture, 0).unwrap();
    let (x, classes) = (vec![0.3_f32; 10 * SAMPLES], (0..SAMPLES).map(|i| i % 10).collect::<Vec<_>>());
    let found = warm(&mut network, &Adam::new(), &x, &classes);
    assert_eq!(found.count_total, 0, "{found:?}");
}

#[test]
fn dense_layers_allocate_what_their_products_do() {
    let mut network = Network::new(Architecture::new(20).dense(30).activation(Activation::Tanh).dense(10), 0).unwrap();
    let (x, classes) = (vec![0.3_f32; 20 * SAMPLES], (0..SAMPLES).map(|i| i % 10).collect::<Vec<_>>());
    let found = warm(&mut network, &Adam::new(), &x, &classes);

    // the same products on matrices of the same shapes
    let of = |rows, columns| DMatrix::<f32>::from_element(rows, columns, 0.5);
    let (x, w1, h, w2) = (of(20, SAMPLES), of(30, 20), of(30, SAMPLES), of(10, 30));
    let (mut y, mut z) = (of(30, SAMPLES), of(10, SAMPLES));
    let (mut dw1, mut dh, mut dw2) = (of(30, 20), of(30, SAMPLES), of(10, 30));
    let mut products = |training: bool| {
        let pool = Parallelism::Pool;
        matmul_fitting(1.0, &w1, &x, 1.0, y.as_view_mut(), pool);
        matmul_fitting(1.0, &w2, &h, 1.0, z.as_view_mut(), pool);
        if training {
            matmul_fitting(1.0, &z, tr(&h), 1.0, dw2.as_view_mut(), pool);
            matmul_fitting(1.0, tr(&w2), &z, 1.0, dh.as_view_mut(), pool);
            matmul_fitting(1.0, &h, tr(&x), 1.0, dw1.as_view_mut(), pool);
        }
    };
    products(true);
    let products = measure(|| {
        products(true);
        products(false);
    });
    assert_eq!(found.count_total, products.count_total, "{found:?}");
}
