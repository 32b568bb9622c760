/** Bytes from anywhere, given to whatever reads bytes, by Jazzer: what the readers promise must hold for all of them. */
@NullMarked
package io.zrs.lab.fuzz;

import org.jspecify.annotations.NullMarked;
