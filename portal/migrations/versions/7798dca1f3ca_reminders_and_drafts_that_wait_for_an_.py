"""Reminders, and drafts that wait for an order

Revision: 7798dca1f3ca, after b34a340bac5b
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '7798dca1f3ca'
down_revision = 'b34a340bac5b'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('waiting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_waiting_place_id_place')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting'))
    )
    op.create_index(op.f('ix_waiting_draft'), 'waiting', ['draft'], unique=False)
    op.create_index('ix_waiting_place_settled', 'waiting', ['place_id', 'settled_on'], unique=False)
    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('sent_at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_reminder_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_person_id_person')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_reminder_place_id_place')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('place_id', 'key', 'period', 'sent_on', 'what', name='uq_reminder_duty_day'),
    info={'append_only': True, 'delete_if': None}
    )


def downgrade():
    op.drop_table('reminder')
    op.drop_index('ix_waiting_place_settled', table_name='waiting')
    op.drop_index(op.f('ix_waiting_draft'), table_name='waiting')
    op.drop_table('waiting')
