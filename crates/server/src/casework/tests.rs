//! Cases and openings, through the real router: the way from the question to the people (`way`), what nobody gets in any
//! order (`order`, P5 and P6), what a copy of everything tells (`copy`, P1 to P4), people told (`told`), giving
//! (`giving`) and day keys (`keys`).

mod copy;
mod desk;
mod giving;
mod keys;
mod order;
mod told;
mod way;
