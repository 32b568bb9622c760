/** What tests of storages and peers use: a deterministic reactor, contract tests, and a disk that fails on demand. */
@NullMarked
package io.zrs.testing;

import org.jspecify.annotations.NullMarked;
