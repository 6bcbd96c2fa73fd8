/**
 * Hostile input for every parser of the project.
 *
 * <p>A {@link io.crius.fuzz.Target} is one parser; {@link io.crius.fuzz.Trial} gives it one input and judges: it may accept or
 * refuse in a declared way with a message, in bounded time and memory, and nothing else. {@link io.crius.fuzz.Mutator} makes
 * inputs out of seeds by chance that can be repeated ({@link io.crius.fuzz.Round}); Jazzer makes them by coverage ({@link
 * io.crius.fuzz.JazzerEntry}). Targets for parsers that only their own package can see are in packages of those names.
 *
 * <p>On disk: {@code corpus/<target>/}, inputs that once were findings or reach deep, each tried by the unit tests. No locks.
 */
@NullMarked
package io.crius.fuzz;

import org.jspecify.annotations.NullMarked;
