/** The laboratory: architecture tests, simulation, fuzzing and real processes. */
@NullMarked
package io.zrs.lab;

import org.jspecify.annotations.NullMarked;
