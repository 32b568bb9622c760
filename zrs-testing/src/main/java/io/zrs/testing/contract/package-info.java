/**
 * What every storage is held to, as JUnit tests: one abstract class for each capability.
 *
 * <p>To prove a backend, extend {@link io.zrs.testing.contract.StorageContractTest} and the class of each capability that it has, and say in
 * {@link io.zrs.testing.contract.StorageFixture#open} how it is opened. The class of a capability that it does not have is not extended: there is nothing
 * to be skipped. Needs JUnit Jupiter (an engine at test time) and nothing else.
 *
 * <p>To read a failure: the name of the test is the rule, the message says which part of it was broken, and the Javadoc of the interface in
 * {@code io.zrs.storage} says why the rule is there. Tests with random histories print a seed; {@code -Dzrs.seed=7} plays that one again.
 */
@NullMarked
package io.zrs.testing.contract;

import org.jspecify.annotations.NullMarked;
