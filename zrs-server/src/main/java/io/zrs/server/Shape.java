package io.zrs.server;

import io.zrs.database.CrossDatabaseReference;
import io.zrs.database.Persistent;
import io.zrs.database.PythonClass;
import io.zrs.database.WeakRef;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a value of a database is shown: of what it consists, one level deep. {@link Shapes} knows that of each value.
 *
 * <p>Threading: as the connection that the value belongs to.
 */
sealed interface Shape {
    /** Calls the one method of {@code handler} that matches this shape. */
    <X extends Exception> void dispatch(Handler<X> handler) throws X;

    /**
     * Something that consists of nothing else.
     *
     * @param type as Python names it
     * @param value null is None
     */
    record Atom(String type, @Nullable Object value) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.atom(this);
        }
    }

    /**
     * A list, a tuple or a set.
     *
     * @param type {@code list}, {@code tuple}, {@code set} or {@code frozenset}
     */
    record Sequence(String type, Collection<?> items) implements Shape {
        boolean isSet() {
            return type.endsWith("set");
        }

        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.sequence(this);
        }
    }

    /** A dictionary, a persistent mapping or a BTree. */
    record Mapping(Map<?, ?> entries) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.mapping(this);
        }
    }

    /**
     * An object of a class that says nothing here.
     *
     * @param more what is no attribute, by name: {@code arguments} for its making, {@code state}, {@code items}, {@code entries}
     */
    record Instance(PythonClass pythonClass, Map<?, ?> attributes, Map<String, Object> more) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.instance(this);
        }
    }

    /** A reference to an object with a record of its own. */
    record Reference(Persistent target) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.reference(this);
        }
    }

    /** A reference that does not keep its target. */
    record Weak(WeakRef reference) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.weak(this);
        }
    }

    /** A reference to an object that is not in this database. */
    record Elsewhere(CrossDatabaseReference reference) implements Shape {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.elsewhere(this);
        }
    }

    /**
     * One method for each shape.
     *
     * @param <X> what an implementation throws
     */
    interface Handler<X extends Exception> {
        void atom(Atom atom) throws X;

        void sequence(Sequence sequence) throws X;

        void mapping(Mapping mapping) throws X;

        void instance(Instance instance) throws X;

        void reference(Reference reference) throws X;

        void weak(Weak weak) throws X;

        void elsewhere(Elsewhere elsewhere) throws X;
    }
}
