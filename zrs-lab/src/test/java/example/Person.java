package example;

import io.zrs.database.PersistentObject;
import java.util.List;

/** A person: an object with a record of its own, which is read when somebody asks. */
record Person(PersistentObject object) {
    String name() {
        return object.get("name", String.class);
    }

    @SuppressWarnings("unchecked") // it is a PersistentList of persons
    List<Person> friends() {
        return (List<Person>) object.get("friends");
    }

    Point point() {
        return object.get("point", Point.class);
    }
}
